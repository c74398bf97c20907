// Preloaded into User-Mode Linux on processors whose register state is larger than it knows (AMX).
// Before 6.13 it hands PTRACE_SETREGSET 2,696 bytes (arch/x86/um/user-offsets.c HOST_FP_SIZE); the host takes the whole area only
// (arch/x86/kernel/fpu/regset.c xstateregs_set) and answers EFAULT. So the rest is filled in from what the process has.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif
static char whole[1 << 16] __attribute__((aligned(64)));

long ptrace(enum __ptrace_request request, ...)
{
    va_list list;
    va_start(list, request);
    long pid = va_arg(list, long);
    void *address = va_arg(list, void *);
    void *data = va_arg(list, void *);
    va_end(list);
    long peeked;
    int is_peek = request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER;
    long answer = syscall(SYS_ptrace, (long)request, pid, address, is_peek ? &peeked : data);
    if (is_peek && answer >= 0) { errno = 0; return peeked; }
    if (answer < 0 && errno == EFAULT && request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
        struct iovec *part = data, all = { whole, sizeof whole };
        if (syscall(SYS_ptrace, (long)PTRACE_GETREGSET, pid, address, &all) < 0 || all.iov_len < part->iov_len) return -1;
        memcpy(whole, part->iov_base, part->iov_len);
        answer = syscall(SYS_ptrace, (long)PTRACE_SETREGSET, pid, address, &all);
    }
    return answer;
}
