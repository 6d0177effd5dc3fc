extension OCIProcess.Capabilities {
    /// Root may use the unprivileged maximum. Others hold nothing and can gain no more than it; inheritable and ambient
    /// sets are always empty, because inheritable ones let file capabilities grow.
    static func forUser(_ uid: UInt32) -> Self {
        uid == 0
            ? Self(bounding: unprivileged, effective: unprivileged, permitted: unprivileged)
            : Self(bounding: unprivileged, effective: [], permitted: [])
    }

    private static let unprivileged = [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
        "CAP_SYS_CHROOT",
    ]
}
