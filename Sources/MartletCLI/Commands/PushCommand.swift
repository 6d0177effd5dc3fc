import MartletCloudController
import MartletHTTP
import MartletModels

extension Command {
    static let push = Command(
        CommandSpec(
            "push",
            summary: "run an image, or a new version of it",
            operands: [CommandSpec.Operand("NAME")],
            options: [
                .init(
                    "docker-image",
                    short: "o",
                    value: "REF",
                    help: "the image, for example nginx:1 or host:5000/a/b@sha256:…"
                ),
                .init(
                    "rootfs",
                    value: "preloaded:NAME",
                    help: "in place of an image: what is on the cells already; needs --command"
                ),
                .init("instances", short: "i", value: "N", help: "how many; 1 unless said"),
                .init("memory", short: "m", value: "SIZE", help: "memory of an instance, for example 64M or 1G; 256M"),
                .init("disk", short: "k", value: "SIZE", help: "disk of an instance; 1G"),
                .init("command", short: "c", value: "TEXT", help: "shell command in place of the image's own"),
                .init("env", value: "K=V", isRepeatable: true, help: "a variable of the process; may be repeated"),
                .init("health-check-type", short: "u", value: "TYPE", help: "port, http or process; port"),
                .init("endpoint", value: "PATH", help: "what an http check asks for; /"),
                .init("timeout", short: "t", value: "SECONDS", help: "until the first passed check; 60"),
                .init("user", value: "NAME", help: "who runs the process; the image's own, or root"),
                .init("port", value: "N", help: "what it listens on; what the image exposes, or 8080"),
                .init("docker-username", value: "NAME", help: "for the registry; the password is CF_DOCKER_PASSWORD"),
                .init("no-wait", help: "return when the app is written down"), .json,
            ],
            details: [
                "A tag is resolved once: all instances run the digest that it means now. A name that exists gets a "
                    + "new version. The command waits until all instances run and prints where they answer, or says "
                    + "why they do not.",
                "A preloaded root file system is the operator's own (--preloaded of the cell): the flag diego_docker "
                    + "does not touch what runs on one.",
            ]
        )
    ) { context throws(CommandFailure) in
        let request = try PushArguments(context).request
        let app: AppResource = try await context.operatorAPI(timeout: .seconds(120))
            .send(.post, OperatorPaths.apps, request)
        if let digest = app.imageDigest, !context.wantsJSON { context.print("\(app.name): \(app.image) is \(digest)") }
        return try await finish(app, deadline: .seconds(request.timeout + 60), context)
    }

    /// Waits, unless told not to, and shows the app, or what stands in the way.
    static func finish(
        _ app: AppResource,
        deadline: Duration,
        _ context: CommandContext
    ) async throws(CommandFailure) -> Int32 {
        guard !context.arguments.isSet("no-wait") else {
            if context.wantsJSON { context.print(json: AppOutput(app)) }
            return 0
        }
        let wait = InstanceWait(context: context, name: app.name, deadline: deadline)
        switch try await wait.run(from: app) {
        case .complete(let app):
            if context.wantsJSON { context.print(json: AppOutput(app)) }
            for instance in app.instances where !context.wantsJSON {
                context.print("\(app.name)/\(instance.index) \(instance.url ?? "runs, without a port")")
            }
            return 0
        case .stuck(let app, let reason):
            if context.wantsJSON { context.print(json: AppOutput(app)) }
            throw CommandFailure(reason, nextStep: "martlet why \(app.name)")
        }
    }
}

/// What the options of `push` ask for.
struct PushArguments {
    private(set) var request: PushRequest

    init(_ context: CommandContext) throws(CommandFailure) {
        let arguments = context.arguments
        func invalid(_ text: String) -> CommandFailure { CommandFailure(.invalid(text, command: "push")) }
        let name = arguments.operand(0) ?? ""
        switch (arguments.value("docker-image"), arguments.value("rootfs")) {
        case (let image?, nil): request = PushRequest(name: name, image: image)
        case (nil, let rootFS?): request = PushRequest(name: name, rootFS: rootFS)
        case (nil, nil): throw invalid("--docker-image REF is missing, or --rootfs preloaded:NAME in its place")
        case (_?, _?): throw invalid("--docker-image and --rootfs exclude each other")
        }
        request.instances = try context.number("instances") ?? request.instances
        request.memoryMB = try context.megabytes("memory") ?? request.memoryMB
        request.diskMB = try context.megabytes("disk") ?? request.diskMB
        request.timeout = try context.number("timeout") ?? request.timeout
        request.command = arguments.value("command")
        request.user = arguments.value("user")
        request.port = try context.number("port")
        request.healthCheckHTTPEndpoint = arguments.value("endpoint") ?? request.healthCheckHTTPEndpoint
        if let text = arguments.value("health-check-type") {
            guard let type = PushRequest.HealthCheckType(rawValue: text) else {
                throw invalid("--health-check-type is port, http or process, not \(text)")
            }
            request.healthCheckType = type
        }
        for pair in arguments.values("env") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw invalid("--env needs NAME=VALUE, not \(pair)") }
            request.environment[String(parts[0])] = String(parts[1])
        }
        try readCredentials(context)
    }

    private mutating func readCredentials(_ context: CommandContext) throws(CommandFailure) {
        guard let username = context.arguments.value("docker-username") else { return }
        guard let password = context.environment["CF_DOCKER_PASSWORD"], !password.isEmpty else {
            throw CommandFailure(
                "the password of \(username) is missing",
                nextStep: "CF_DOCKER_PASSWORD=… martlet push …"
            )
        }
        (request.username, request.password) = (username, password)
    }
}
