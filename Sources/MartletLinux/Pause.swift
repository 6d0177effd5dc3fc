import Dispatch

/// A short wait that neither holds a thread nor ends early in a cancelled task: for clean-up that must go on.
public enum Pause {
    private static let queue = DispatchQueue(label: "martlet.pause")

    public static func milliseconds(_ count: Int) async {
        await withCheckedContinuation { continuation in
            queue.asyncAfter(deadline: .now() + .milliseconds(count)) { continuation.resume() }
        }
    }
}
