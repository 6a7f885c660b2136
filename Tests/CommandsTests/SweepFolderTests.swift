import Dispatch
import PETLPlugins
import Recipes
import Studies
import Synchronization
import TestSupport
import Testing

/// The folder of a sweep while others make it too.
@Suite struct SweepFolderTests {
  /// Whoever looks at a folder while another makes it finds a sweep's, or none yet.
  @Test func isASweepsFromTheStart() throws {
    let bench = try Bench()
    try bench.writeExperiment("sweep: {seeds: [0, 1]}\n")
    let sweep = try SweepRecipe(
      path: bench.folder + "/r.yaml",
      overrides: [
        "backbone.weights=\(bench.folder)/tiny.safetensors",
        "data.path=\(bench.folder)/data.safetensors",
      ], registry: .builtIn())
    let place = bench.folder
    let troubles = Mutex<[String]>([])
    for round in 0..<20 {
      let isMade = Mutex(false)
      DispatchQueue.concurrentPerform(iterations: 4) { index in
        repeat {
          do {
            var folder = try SweepFolder("\(place)/\(round)", sweep: sweep, program: "a test")
            if index == 0 { try folder.prepare() }
          } catch {
            troubles.withLock { $0.append("\(error)") }
          }
          if index == 0 { isMade.withLock { $0 = true } }
        } while !isMade.withLock { $0 }
      }
    }
    #expect(troubles.withLock { $0 } == [])
  }
}
