// A little work before sending, done while the page is read: find a number so that SHA-256 of "<task>:<number>"
// begins with the wanted zero bits. It costs a person nothing and a sender of thousands their patience. Without it
// the complaint is taken in all the same.
"use strict";

const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const K = primes.map((p) => fraction(Math.cbrt(p)));
const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const W = new Int32Array(64);

// The first word of the digest of a short ASCII text (at most 55 signs: one block).
const firstWord = (text) => {
  W.fill(0);
  for (let i = 0; i < text.length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  W[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
  W[15] = text.length * 8;
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    if (i > 15) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = (W[i - 16] + W[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
        (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
      ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
      ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return (a + START[0]) >>> 0;
};

const RENEW = 9 * 60 * 1000; // a task counts for ten minutes
for (const form of document.querySelectorAll("form[data-proof]")) {
  const { task, proof, nonce, csrf_token } = form.elements;
  if (!task || !proof) continue;
  let working = 0;
  const work = () => {
    const turn = ++working, of = task.value, bits = Number(of.slice(4, 6)), began = performance.now();
    let number = 0;
    proof.value = "";
    const on = () => {
      if (turn !== working) return;
      for (const until = performance.now() + 15; performance.now() < until;) {
        for (let i = 0; i < 200; i++, number++) {
          if (firstWord(of + ":" + number) >>> (32 - bits)) continue;
          proof.value = String(number);
          proof.dataset.took = String(Math.round(performance.now() - began));
          return;
        }
      }
      setTimeout(on);
    };
    on();
  };
  const renew = async () => {
    try {
      const body = new URLSearchParams({ nonce: nonce.value, csrf_token: csrf_token.value });
      const reply = await fetch(form.dataset.proof, { method: "POST", body });
      if (reply.ok) { task.value = (await reply.json()).task; work(); }
    } catch { /* no connection: the form is sent without, and taken in all the same */ }
  };
  work();
  setInterval(renew, RENEW);
}
