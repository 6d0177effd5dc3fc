extension Action {
    /// The rules of Diego's BBS for every kind of action.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        switch self {
        case .run(let run):
            error.check(!run.path.isEmpty, "path")
            error.check(!run.user.isEmpty, "user")
        case .timeout(let timeout):
            error.checkOnly(timeout.action)
            error.check(timeout.timeoutMilliseconds > 0, "timeout_ms")
        case .emitProgress(let progress): error.checkOnly(progress.action)
        case .try(let attempt): error.checkOnly(attempt.action)
        case .parallel(let group), .serial(let group), .codependent(let group):
            error.check(!group.actions.isEmpty, "actions")
            for action in group.actions { error.checkInner(action) }
        case .download(let transfer):
            error.check(!transfer.from.isEmpty, "from")
            error.check(!transfer.to.isEmpty, "to")
            error.check(!transfer.user.isEmpty, "user")
        case .upload(let transfer):
            error.check(!transfer.to.isEmpty, "to")
            error.check(!transfer.from.isEmpty, "from")
            error.check(!transfer.user.isEmpty, "user")
        }
        try error.throwIfAny()
    }
}

extension ValidationError {
    /// The one action that another is about.
    fileprivate mutating func checkOnly(_ action: Action?) {
        guard action != nil else { return invalid("action") }
        checkInner(action)
    }

    /// One action of several.
    fileprivate mutating func checkInner(_ action: Action?) {
        guard let action else { return invalid("inner-action") }
        do { try action.validate() } catch { failuresOfInner(error) }
    }

    private mutating func failuresOfInner(_ error: ValidationError) {
        for failure in error.failures { say(failure) }
    }
}
