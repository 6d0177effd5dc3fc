import MartletModels
import Testing

@Suite("Feature flags")
struct FeatureFlagTests {
    @Test("what a client reads names the flag, or carries the operator's words behind the same beginning")
    func disabledText() {
        var flag = FeatureFlag(name: .diegoDocker, enabled: false)
        #expect(flag.disabledText == "Feature Disabled: diego_docker")
        flag.customErrorMessage = "ask the platform team"
        #expect(flag.disabledText == "Feature Disabled: ask the platform team")
    }

    @Test("images are not run on a fresh machine")
    func defaults() { #expect(!FeatureFlagName.diegoDocker.defaultValue) }
}
