import Glibc

/// What the machine has, for a cell that is not told what it may give away.
enum Machine {
    /// Physical memory in MiB.
    static var memoryMB: Int { sysconf(Int32(_SC_PHYS_PAGES)) / 256 * sysconf(Int32(_SC_PAGESIZE)) / 4_096 }

    /// MiB that may still be written on the file system of a directory; 0 when nobody knows.
    static func diskMB(of directory: String) -> Int {
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else { return 0 }
        return Int(information.f_bavail) / 1_024 * Int(information.f_frsize) / 1_024
    }
}
