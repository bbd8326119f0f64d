"""The outside: queue, mail, vault, mailbox. Each file talks to one thing that is not ours."""
