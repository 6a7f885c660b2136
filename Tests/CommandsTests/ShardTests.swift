import Foundation
import Studies
import TestSupport
import Testing

/// Parts of a sweep, and several sweeps in one folder.
@Suite struct ShardTests {
  @Test func partsAreAll() throws {
    for count in 1...7 {
      let shards = try (1...count).map { try #require(SweepShard("\($0)/\(count)")) }
      for index in 0..<30 {
        let takers = shards.filter { $0.takes(index) }
        #expect(takers.map(\.number) == [index % count + 1])
      }
    }
    #expect(SweepShard("3/16")?.description == "3/16")
    #expect(SweepShard("3/16")?.takes(2) == true)
  }

  private func start(_ arguments: [String], in bench: Bench) throws -> Process {
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: bench.folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// All shards at once in a folder that is not there yet; the sweep that comes last only collects, and ends
  /// with the table of a sweep that nobody shared.
  @Test func shareAFolder() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\nthreads: 1\nsweep: {seeds: [0, 1, 2, 3]}\n")
    let early = try (2...3).map {
      try start(["sweep", "r.yaml", "--output", "out", "--shard", "\($0)/3"], in: bench)
    }
    let first = try bench.petl(["sweep", "r.yaml", "--output", "out", "--shard", "1/3"])
    #expect(first.code == 0, "\(first)")
    #expect(first.output.hasPrefix("Shard 1/3: 2 of 4 runs: 2 trained now. When all"), "\(first)")
    #expect(first.complaints.contains("1/4 001-seed0 finished"), "\(first)")
    #expect(first.complaints.contains("4/4 004-seed3 finished"), "\(first)")
    for process in early {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/out/report.html"))
    let again = try bench.petl(["sweep", "r.yaml", "--output", "out", "--shard", "1/3"])
    #expect(again.output.contains("2 of 4 runs: 0 trained now, 2 finished before."), "\(again)")
    let open = try bench.petl(["sweep", "r.yaml", "--output", "new", "--shard", "2/3", "--dry-run"])
    #expect(open.output.contains("002-seed1") && !open.output.contains("001-seed0"), "\(open)")
    #expect(open.output.contains("1 of 1 run is to be trained"), "\(open)")
    let none = try bench.petl(["sweep", "r.yaml", "--output", "out", "--shard", "9/9"])
    #expect(none.output.contains("Shard 9/9: 0 of 4 runs: 0 trained now."), "\(none)")
    let last = try bench.petl(["sweep", "r.yaml", "--output", "out"])
    #expect(last.complaints == "4 of 4 runs are finished\n", "\(last)")
    let alone = try bench.petl(["sweep", "r.yaml", "--output", "alone"])
    #expect(alone.code == 0, "\(alone)")
    #expect(last.output == alone.output.replacing("alone/", with: "out/"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out/claims") == [])
  }

  /// A sweep waits for the runs of others, and goes on with one that was killed.
  @Test func waitsForOthers() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 400\nthreads: 1\nsweep: {seeds: [0, 1]}\n")
    let other = try start(["sweep", "r.yaml", "--output", "out", "--shard", "1/2"], in: bench)
    let log = bench.folder + "/out/001-seed0/metrics.jsonl"
    let deadline = Date() + 60
    while !FileManager.default.fileExists(atPath: log), Date() < deadline { usleep(20_000) }
    let looked = try bench.petl(["sweep", "r.yaml", "--output", "out", "--dry-run"])
    #expect(
      looked.output.contains(" is being trained by process \(other.processIdentifier)"),
      "\(looked)")
    #expect(looked.output.contains("\n1 of 2 runs is to be trained"), "\(looked)")
    // With it ends the process that it has started.
    DispatchQueue.global().asyncAfter(deadline: .now() + 2) { other.terminate() }
    let all = try bench.petl(["sweep", "r.yaml", "--output", "out"])
    #expect(all.code == 0, "\(all)")
    let number = other.processIdentifier
    #expect(
      all.complaints.contains("1/2 001-seed0 is being trained by process \(number)"), "\(all)")
    #expect(all.complaints.contains("1/2 001-seed0 finished"), "\(all)")
    #expect(all.complaints.contains("2/2 002-seed1 finished"), "\(all)")
  }
}
