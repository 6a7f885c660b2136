import Synchronization

/// A node of the graph that `backward()` walks: what a tensor was made from, and how its gradient
/// becomes theirs.
///
/// The node keeps no values; its backward closure keeps what it needs and nothing else.
package final class GradientNode {
  typealias Backward = (_ gradient: Tensor, _ sink: GradientSink) -> Void

  private static let counter = Atomic<UInt64>(0)

  /// Grows with every node made: a node's inputs have smaller ones.
  let id: UInt64
  let shape: [Int]
  private(set) var inputs: [GradientNode]
  private(set) var backward: Backward?
  /// The plugin's call that made the node: its gradient goes back as part of that.
  let call: PluginCall?
  /// What has arrived so far in the walk under way.
  var gradient: Tensor?

  init(shape: [Int], inputs: [GradientNode] = [], backward: Backward? = nil) {
    self.id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.shape = shape
    self.inputs = inputs
    self.backward = backward
    call = backward == nil ? nil : PluginCall.current
  }

  /// A leaf is where gradients end: a parameter.
  var isLeaf: Bool { backward == nil }

  /// Lets go of what the backward pass needed.
  func release() {
    guard backward != nil else { return }
    inputs = []
    backward = { _, _ in
      stopProgram(
        "backward() has already run through this graph; pass keepingGraph: true the first time.")
    }
  }
}

/// Whether operations record how to differentiate them.
enum GradientMode {
  @TaskLocal static var isRecording = true
}

/// Runs `body` without recording gradients: for evaluation, and for what an optimizer does.
///
/// What `body` computes has no graph, so no gradient flows through it. Other tasks go on recording.
///
/// - Parameter body: the work.
/// - Returns: what `body` gives.
/// - Throws: what `body` throws.
public func noGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$isRecording.withValue(false, operation: body)
}
