"""What the child lets go of once its parsers are loaded: the network, other programs, and the file system.

A parser that was taken over by a file could otherwise read the database and the keys, which belong to the same
user. On Linux (x86_64, aarch64) a seccomp filter refuses the calls that open, connect, start or look into
anything, with EPERM. Where the kernel does not allow that, the other bounds stand alone; nothing depends on it.
"""

import ctypes
import platform
import struct
import sys

_NUMBERS = {
    "x86_64": (0xC000003E, {
        "open": 2, "openat": 257, "openat2": 437, "creat": 85, "socket": 41, "socketpair": 53, "connect": 42,
        "fork": 57, "vfork": 58, "clone": 56, "clone3": 435, "execve": 59, "execveat": 322, "ptrace": 101,
        "kill": 62, "tkill": 200, "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_open": 434,
        "unlink": 87, "unlinkat": 263, "rename": 82, "renameat": 264, "renameat2": 316, "link": 86, "linkat": 265,
        "symlink": 88, "symlinkat": 266, "chmod": 90, "fchmodat": 268, "mount": 165, "bpf": 321,
        "io_uring_setup": 425, "memfd_create": 319, "shmget": 29, "mq_open": 240, "truncate": 76, "mkdir": 83,
        "mkdirat": 258, "rmdir": 84, "prlimit64": 302, "setrlimit": 160, "getdents64": 217, "getdents": 78,
        "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "pidfd_send_signal": 424,
        "pidfd_getfd": 438, "open_by_handle_at": 304, "mknod": 133, "mknodat": 259, "chown": 92, "lchown": 94,
        "fchownat": 260, "fchmodat2": 452, "setxattr": 188, "lsetxattr": 189, "utimensat": 280, "utime": 132,
        "utimes": 235, "futimesat": 261, "add_key": 248, "request_key": 249, "keyctl": 250, "msgget": 68,
        "semget": 64, "shmat": 30, "perf_event_open": 298, "userfaultfd": 323, "unshare": 272, "setns": 308,
        "chroot": 161, "pivot_root": 155, "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
        "swapon": 167, "setpriority": 141, "sched_setaffinity": 203, "sched_setscheduler": 144,
        "readlink": 89, "readlinkat": 267}),
    "aarch64": (0xC00000B7, {
        "openat": 56, "openat2": 437, "socket": 198, "socketpair": 199, "connect": 203, "clone": 220,
        "clone3": 435, "execve": 221, "execveat": 281, "ptrace": 117, "kill": 129, "tkill": 130,
        "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_open": 434, "unlinkat": 35,
        "renameat": 38, "renameat2": 276, "linkat": 37, "symlinkat": 36, "fchmodat": 53, "mount": 40, "bpf": 280,
        "io_uring_setup": 425, "memfd_create": 279, "shmget": 194, "mq_open": 180, "truncate": 45, "mkdirat": 34,
        "prlimit64": 261, "setrlimit": 164, "getdents64": 61, "tgkill": 131, "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240, "pidfd_send_signal": 424, "pidfd_getfd": 438, "open_by_handle_at": 265,
        "mknodat": 33, "fchownat": 54, "fchmodat2": 452, "setxattr": 5, "lsetxattr": 6, "utimensat": 88,
        "add_key": 217, "request_key": 218, "keyctl": 219, "msgget": 186, "semget": 190, "shmat": 196,
        "perf_event_open": 241, "userfaultfd": 282, "unshare": 97, "setns": 268, "chroot": 51, "pivot_root": 41,
        "inotify_init1": 26, "fanotify_init": 262, "swapon": 224, "setpriority": 140, "sched_setaffinity": 122,
        "sched_setscheduler": 119, "readlinkat": 78}),
}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000
"""Added to its number, a call of x86_64 is another spelling of the same call."""
_ALLOW, _EPERM, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _DUMPABLE = 38, 22, 2, 4


def let_go() -> bool:
    """Give up what a parser never needs. Whether the filter stands."""
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    program = _program(*_NUMBERS[platform.machine()])
    code = ctypes.create_string_buffer(program, len(program))
    argument = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    return (libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and libc.prctl(_SECCOMP, _FILTER, argument, 0, 0) == 0)


def _program(architecture: int, numbers: dict[str, int]) -> bytes:
    """The filter as the kernel reads it: eight bytes a step. Calls of another architecture end the process, calls
    of the list are refused, the rest goes through."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
             (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    calls = sorted(numbers.values())
    for at, call in enumerate(calls):
        steps.append((_EQUAL, len(calls) - at, 0, call))  # to the last step: refused
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
