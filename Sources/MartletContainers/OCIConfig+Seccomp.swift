/// Which system calls a container may make (specification of containers, 3.6).
extension OCIConfig.Seccomp {
    /// Default EPERM. runc answers ENOSYS by itself above the newest call named here, so that C libraries fall back.
    static let standard = OCIConfig.Seccomp(
        defaultAction: "SCMP_ACT_ERRNO",
        defaultErrnoRet: 1,
        architectures: architectures,
        syscalls: [
            // One rule with many names: the filter is built much faster than from one rule a name.
            Rule(names: allowed.sorted(), action: "SCMP_ACT_ALLOW"),
            // Flags that make namespaces: mount, cgroup, uts, ipc, user, pid, net.
            Rule(
                names: ["clone"],
                action: "SCMP_ACT_ALLOW",
                args: [Argument(index: 0, value: 0x7E02_0000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ")]
            ),
            // Its flags are in memory and cannot be looked at; C libraries fall back to clone only on ENOSYS.
            Rule(names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38),
        ]
            + [0, 8, 0xFFFF_FFFF].map { persona in
                Rule(
                    names: ["personality"],
                    action: "SCMP_ACT_ALLOW",
                    args: [Argument(index: 0, value: persona, op: "SCMP_CMP_EQ")]
                )
            }
    )

    #if arch(arm64)
    private static let architectures = ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
    #else
    private static let architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
    #endif

    private static let allowed: [String] = [
        lifeCycle, credentials, signals, time, scheduling, memory, fileIO, fileNames, attributes, polling, asynchronous,
        sockets, interprocess, synchronisation, recent, wideTime,
    ].flatMap { names in names.split(separator: " ").map { String($0) } }

    private static let lifeCycle = """
        execve execveat exit exit_group fork vfork wait4 waitid waitpid getpid getppid gettid getpgid getpgrp \
        setpgid getsid setsid kill tkill tgkill pause restart_syscall set_tid_address arch_prctl modify_ldt \
        set_thread_area get_thread_area set_robust_list get_robust_list prctl seccomp ptrace chroot
        """

    private static let credentials = """
        getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getgroups getgroups32 getresuid \
        getresuid32 getresgid getresgid32 setuid setuid32 setgid setgid32 setgroups setgroups32 setreuid setreuid32 \
        setregid setregid32 setresuid setresuid32 setresgid setresgid32 setfsuid setfsuid32 setfsgid setfsgid32 \
        capget capset
        """

    private static let signals = """
        rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait \
        rt_tgsigqueueinfo sigaltstack sigreturn signalfd signalfd4
        """

    private static let time = """
        alarm clock_getres clock_gettime clock_nanosleep gettimeofday getitimer setitimer nanosleep time \
        timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime \
        timerfd_settime times
        """

    private static let scheduling = """
        getcpu getpriority setpriority getrlimit setrlimit ugetrlimit prlimit64 getrusage ioprio_get ioprio_set \
        sched_getaffinity sched_getattr sched_getparam sched_get_priority_max sched_get_priority_min \
        sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler \
        sched_yield sysinfo syslog uname
        """

    private static let memory = """
        brk mmap mmap2 mprotect mremap munmap msync madvise mincore mlock mlock2 mlockall munlock munlockall \
        memfd_create remap_file_pages
        """

    private static let fileIO = """
        open openat creat close read readv pread64 preadv write writev pwrite64 pwritev lseek _llseek sendfile \
        sendfile64 splice tee vmsplice copy_file_range readahead fadvise64 fadvise64_64 fallocate truncate \
        truncate64 ftruncate ftruncate64 sync syncfs fsync fdatasync sync_file_range dup dup2 dup3 fcntl fcntl64 \
        flock ioctl pipe pipe2
        """

    private static let fileNames = """
        access faccessat stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statfs statfs64 fstatfs \
        fstatfs64 chmod fchmod fchmodat chown chown32 fchown fchown32 fchownat lchown lchown32 utime utimes \
        utimensat futimesat umask link linkat symlink symlinkat readlink readlinkat unlink unlinkat rename renameat \
        renameat2 mkdir mkdirat rmdir mknod mknodat chdir fchdir getcwd getdents getdents64
        """

    private static let attributes = """
        getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr removexattr \
        lremovexattr fremovexattr
        """

    private static let polling = """
        poll ppoll select _newselect pselect6 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait \
        epoll_wait_old epoll_pwait eventfd eventfd2 inotify_init inotify_init1 inotify_add_watch inotify_rm_watch \
        fanotify_mark
        """

    private static let asynchronous = """
        io_setup io_destroy io_submit io_cancel io_getevents
        """

    private static let sockets = """
        socket socketpair socketcall bind listen accept accept4 connect getsockname getpeername getsockopt \
        setsockopt shutdown send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg
        """

    private static let interprocess = """
        ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget mq_open mq_unlink \
        mq_notify mq_getsetattr mq_timedreceive mq_timedsend
        """

    private static let synchronisation = """
        futex getrandom
        """

    /// Calls that the reference's list is too old for.
    private static let recent = """
        statx rseq membarrier openat2 faccessat2 close_range epoll_pwait2 futex_waitv preadv2 pwritev2 pkey_alloc \
        pkey_free pkey_mprotect io_pgetevents pidfd_open pidfd_send_signal fchmodat2 mseal landlock_create_ruleset \
        landlock_add_rule landlock_restrict_self process_mrelease
        """

    /// 64-bit times of 32-bit programs.
    private static let wideTime = """
        clock_getres_time64 clock_gettime64 clock_nanosleep_time64 futex_time64 io_pgetevents_time64 \
        mq_timedreceive_time64 mq_timedsend_time64 ppoll_time64 pselect6_time64 recvmmsg_time64 \
        rt_sigtimedwait_time64 sched_rr_get_interval_time64 semtimedop_time64 timer_gettime64 timer_settime64 \
        timerfd_gettime64 timerfd_settime64 utimensat_time64
        """
}
