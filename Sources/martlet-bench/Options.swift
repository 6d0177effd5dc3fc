/// What the command line asks for.
struct Options {
    /// Desired instances.
    var sizes = [1_000, 10_000, 100_000]
    /// How often cells are lost, and the flag is cleared and set.
    var repetitions = 3
    /// Quiet passes that are timed.
    var passes = 10
    /// A new folder is made in it and removed at the end. Wants a real file system.
    var directory = "/var/tmp"
    var isJSON = false
    var isHelp = false

    struct Failure: Error { var text: String }

    init(_ arguments: [String]) throws(Failure) {
        var arguments = arguments[...]
        while let name = arguments.popFirst() {
            switch name {
            case "--help", "-h": isHelp = true
            case "--json": isJSON = true
            case "--sizes":
                sizes = []
                for text in try Self.value(of: name, &arguments).split(separator: ",") {
                    sizes.append(try Self.number(String(text), name))
                }
            case "--repeat": repetitions = try Self.number(try Self.value(of: name, &arguments), name)
            case "--passes": passes = try Self.number(try Self.value(of: name, &arguments), name)
            case "--directory": directory = try Self.value(of: name, &arguments)
            default: throw Failure(text: "unknown option \(name); --help lists them")
            }
        }
    }

    private static func value(of name: String, _ rest: inout ArraySlice<String>) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw Failure(text: "\(name) wants a value") }
        return value
    }

    /// Digits, with `k` or `M` for thousands and millions.
    static func number(_ text: String, _ name: String) throws(Failure) -> Int {
        let units: [Character: Int] = ["k": 1_000, "M": 1_000_000]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? text : String(text.dropLast())), number > 0 else {
            throw Failure(text: "\(name) wants numbers above 0 such as 500, 10k or 1M, not \(text)")
        }
        return number * (unit ?? 1)
    }

    static let help = """
        martlet-bench: what convergence, auctions and stops cost, by how much is desired.

        USAGE
          martlet-bench [--sizes 1k,10k,100k] [--repeat 3] [--passes 10] [--directory DIR] [--json]

        METHOD
          For each size a new database file is made in DIR, with WAL and synchronous=FULL as in production, and the
          whole server role runs over it in this process on the machine's clock: handlers, convergence, auctioneer,
          stopper. Desired LRPs have four instances each and all come from Docker images. There is one simulated cell
          for every 250 instances. Cells call the BBS through its real handlers, with messages encoded and decoded,
          but without sockets and TLS; the server's calls reach them as function calls. So CPU and wall times are of
          the server, its database and the cells' side of the messages together, on all cores.

          cold start      the server starts when everything is desired and all cells are there, but nothing runs: until
                          the last instance is RUNNING.
          quiet pass      passes over everything while nothing is out of place, one after another: wall time of a pass,
                          and CPU time and calls of the allocator of the whole process, per pass.
          cells lost      1 % of the cells (at least one) go away: the passes that found it, until every replacement
                          runs. Rows: instances lost.
          flag cleared    diego_docker is cleared: until all cells have been told to stop every instance, and the times
                          of single calls; then the cells let go of everything, until the last record is gone or waits.
          flag set        until all instances run again.
          memory          VmRSS and VmHWM of the process, simulated cells included; size of the database and its WAL.

          Repeated measurements are given as median. "per row" divides by the rows changed, relative to the first size:
          1.0 means that cost grows with what changes. Only one size in a run gives memory that no other size shaped.
        """
}
