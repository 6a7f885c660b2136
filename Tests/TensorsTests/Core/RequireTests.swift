import Foundation
import Testing

@testable import Tensors

/// Sentences that end a program, each in a process of its own.
///
/// One after the other: a process that ends is slow to look at.
@Suite("A mistake in a program ends it with a sentence", .serialized)
struct RequireTests {
  @Test("of standard error and exit code 70, in every build")
  func sentence() async {
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([4, 5]) + Tensor.zeros([4, 4])
    }
    #expect(
      words(result?.standardErrorContent)
        == "error: Shapes [4, 5] and [4, 4] do not broadcast.\n")
  }

  @Test("that is made only where the condition fails")
  func lazy() {
    var count = 0
    func sentence() -> String {
      count += 1
      return ""
    }
    require(count == 0, sentence())
    #expect(count == 0)
  }

  @Test("with the plugin and the site in whose call it happened")
  func call() async {
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      PluginCall.within("optimizer 'sgd'") {
        PluginCall.within("adapter 'lora'", site: "blocks.0.query") {}
        PluginCall.within("regularizer 'crowding'", site: "blocks.3.query") {
          _ = Tensor.zeros([2]).reshaped([3])
        }
      }
    }
    #expect(
      words(result?.standardErrorContent)
        == "error: Shape [2] does not fit [3].\n"
        + "  in regularizer 'crowding' at site 'blocks.3.query'\n")
  }

  @Test("without the plugin of a call that is over, or was left")
  func outside() async {
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      PluginCall.within("optimizer 'sgd'") {
        PluginCall.outside {
          PluginCall.within("adapter 'lora'") {}
          stopProgram("It is over.")
        }
      }
    }
    #expect(words(result?.standardErrorContent) == "error: It is over.\n")
  }

  @Test("also on a worker")
  func worker() async {
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      let caller = pthread_self()
      Workers.with(count: 4) {
        PluginCall.within("adapter 'lora'", site: "blocks.0.query") {
          Workers.run(2) { _ in
            if pthread_self() != caller { stopProgram("This is a worker.") }
            // Long enough for a worker to take the other task.
            sleep(60)
          }
        }
      }
    }
    #expect(
      words(result?.standardErrorContent)
        == "error: This is a worker.\n  in adapter 'lora' at site 'blocks.0.query'\n")
  }

  @Test("also in the gradient of what the plugin computed")
  func gradient() async {
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      let x = Tensor([1, 2, 3]).differentiable()
      let y = PluginCall.within("regularizer 'crowding'") {
        Tensor.custom(from: [x], result: x.detached().sum()) { _ in [Tensor([1, 2])] }
      }
      _ = y.backward()
    }
    #expect(
      words(result?.standardErrorContent)
        == "error: A gradient of shape [2] does not fit a tensor of shape [3].\n"
        + "  in regularizer 'crowding'\n")
  }

  @Test("A call is over when its work throws")
  func throwing() {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try PluginCall.within("adapter 'lora'") { throw Failure() } }
    #expect(PluginCall.current == nil)
  }
}

private func words(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
