public import MartletModels

/// Which desired LRPs may run at all.
///
/// Today it knows one rule: with `diego_docker` off, nothing that comes from a pushed image runs. Rules by space or by
/// time belong here too; a rule that ends by itself says when through `nextChange`.
public struct AdmissionPolicy: Hashable, Sendable {
    private let diegoDocker: FeatureFlag

    /// - Parameter flags: as stored; one that is not there has its default.
    public init(flags: [FeatureFlag]) {
        diegoDocker =
            flags.first { $0.name == .diegoDocker }
            ?? FeatureFlag(name: .diegoDocker, enabled: FeatureFlagName.diegoDocker.defaultValue)
    }

    /// The flags that decide about it. Whoever asks about one subject needs to read no others, and none when no rule
    /// concerns it.
    public static func flags(deciding subject: AdmissionSubject) -> [FeatureFlagName] {
        subject.isDocker == true ? [.diegoDocker] : []
    }

    /// Why it may not run; `nil` when it may, or when what would decide is not known.
    public func refusal(of subject: AdmissionSubject) -> AdmissionRefusal? {
        guard Self.flags(deciding: subject).contains(.diegoDocker), !diegoDocker.enabled else { return nil }
        return AdmissionRefusal(flag: diegoDocker.name, customMessage: diegoDocker.customErrorMessage)
    }

    /// The same of a desired LRP.
    public func refusal(of info: DesiredLRPSchedulingInfo) -> AdmissionRefusal? { refusal(of: info.rootFS) }

    /// The same of anything with this root file system.
    public func refusal(of rootFS: RootFS) -> AdmissionRefusal? {
        refusal(of: AdmissionSubject(isDocker: rootFS.isDocker))
    }

    /// When the policy's answers change by themselves; `nil` while none of its rules has an end.
    public func nextChange(after now: Timestamp) -> Timestamp? { nil }
}

/// What the policy looks at. What a new rule needs to know, for example a space, becomes a property.
public struct AdmissionSubject: Hashable, Sendable {
    /// Whether it comes from a pushed image; `nil` when its root file system is not known.
    public var isDocker: Bool?

    /// - Parameter isDocker: `nil` when its root file system is not known.
    public init(isDocker: Bool?) { self.isDocker = isDocker }
}

/// Why a desired LRP may not run.
public struct AdmissionRefusal: Error, Hashable, Sendable {
    /// What to enable so that it may run.
    public var flag: FeatureFlagName
    /// What the operator wants users to read.
    public var customMessage: String?

    /// - Parameter customMessage: `nil` for the text of the house alone.
    public init(flag: FeatureFlagName, customMessage: String? = nil) {
        self.flag = flag
        self.customMessage = customMessage
    }

    /// What stands on every instance that is kept from running, as it is stored. It always names the flag.
    public var placementError: String {
        let text = "\(Self.beginning)feature flag \(flag.rawValue) is disabled"
        return ActualLRP.cut(customMessage.map { "\(text): \($0)" } ?? text)
    }

    /// Whether a stored placement error is one of these, so that the instance may be tried at once when the flag is
    /// set again.
    public static func isRefusal(_ placementError: String) -> Bool { placementError.hasPrefix(beginning) }

    private static let beginning = "not admitted: "
}
