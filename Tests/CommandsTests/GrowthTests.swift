import Foundation
import TestSupport
import Testing

/// What `petl bench --growth` measures and draws; never how fast it is.
@Suite struct GrowthTests {
  private static let small = [
    "bench", "--growth", "--model", "micro", "--depth", "2", "--batch", "2", "--steps", "1",
    "--threads", "2",
  ]

  private struct Point: Decodable {
    let size: Int
    let gigaflops: Double?
    let seconds: Double
    let measured: Double
    let reckoned: Double
  }
  private struct Curve: Decodable {
    let axis: String
    let unit: String
    let points: [Point]
  }
  private struct Report: Decodable { let curves: [Curve] }

  private func curves(_ bench: Bench, _ arguments: [String]) throws -> [String: Curve] {
    let outcome = try bench.petl(Self.small + arguments + ["--json"])
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    return Dictionary(uniqueKeysWithValues: report.curves.map { ($0.axis, $0) })
  }

  private static func along(_ axes: String...) -> [String] { axes.flatMap { ["--along", $0] } }

  @Test func sizes() throws {
    let curves = try curves(
      Bench(), Self.along("batch", "rank", "depth", "tokens", "sites", "threads"))
    #expect(curves["batch"]?.points.map(\.size) == [1, 2])
    #expect(curves["rank"]?.points.map(\.size) == [4, 8, 16, 32, 64, 128])
    #expect(curves["depth"]?.points.map(\.size) == [1, 2, 4])
    // A grid of 8 × 8 patches, halved to one and a half, and the class token.
    #expect(curves["tokens"]?.points.map(\.size) == [17, 37, 65, 145])
    #expect(curves["sites"]?.points.map(\.size) == [1, 2, 4, 6])
    #expect(curves["threads"]?.points.map(\.size) == [1, 2])
    for curve in curves.values {
      #expect(curve.points.first?.measured == 1)
      #expect(curve.points.first?.reckoned == 1)
      #expect(curve.points.allSatisfy { $0.seconds > 0 && $0.measured > 0 })
    }
  }

  @Test func reckoning() throws {
    let curves = try curves(Bench(), Self.along("batch", "rank", "depth", "threads"))
    #expect(curves["batch"]?.points.map(\.reckoned) == [1, 2])
    #expect(curves["threads"]?.points.map(\.reckoned) == [1, 0.5])
    let depths = try #require(curves["depth"]?.points)
    // Blocks alone count twice for twice the depth; the patch embedding is there once.
    let (one, two, four) = (
      depths[0].gigaflops ?? 0, depths[1].gigaflops ?? 0, depths[2].gigaflops ?? 0
    )
    #expect(abs((four - two) / (two - one) - 2) < 1e-9)
    #expect(abs(depths[2].reckoned - four / one) < 1e-9)
    // 2 images × 65 tokens × 2 blocks × 2 sites × 2 matrices × 128 numbers a rank × 2, three times.
    let ranks = try #require(curves["rank"]?.points)
    let more = (ranks[1].gigaflops ?? 0) - (ranks[0].gigaflops ?? 0)
    #expect(abs(more * 1e9 - Double(4 * 2 * 65 * 2 * 2 * 2 * 128 * 2 * 3)) < 1)
  }

  @Test func figure() throws {
    let bench = try Bench()
    let outcome = try bench.petl(
      Self.small + Self.along("batch", "depth") + ["--rounds", "2", "--figure", "growth.svg"])
    for words in ["batch: images a step", "depth: blocks", "reckoned, ×", "measured / reckoned"] {
      #expect(outcome.output.contains(words), "\(words)")
    }
    #expect(outcome.complaints.contains("round 2 of 2, depth 4: "))
    let drawing = try bench.text("growth.svg")
    #expect(drawing.components(separatedBy: "class=\"chart\"").count == 1 + 2)
    // A marker for each of two batches and three depths.
    #expect(drawing.components(separatedBy: "class=\"dot c0\"").count == 1 + 2 + 3)
    #expect(drawing.contains("1 images a step: 1 times, reckoned 1"))
  }

  /// What an adapter does not have is noted, and the others are measured.
  @Test func notes() throws {
    let bench = try Bench()
    let ssf = try bench.petl(Self.small + Self.along("batch", "rank") + ["--adapter", "ssf"])
    #expect(ssf.complaints.contains("note: rank 4 is not measured: unknown key 'rank'"))
    #expect(ssf.output.contains("batch: images a step"))
    #expect(!ssf.output.contains("rank: "))
    let branch = try bench.petl(
      Self.small + Self.along("depth", "sites") + ["--adapter", "adaptformer"])
    #expect(branch.complaints.contains("note: sites 1 is not measured: "))
    #expect(branch.output.contains("depth: blocks"))
    #expect(!branch.output.contains("sites: "))
  }

  /// Processes of one thread that train the digits together, where there is MPI.
  @Test(.enabled(if: MPIOnThisMachine.isThere), .timeLimit(.minutes(20)))
  func ranks() throws {
    let bench = try Bench()
    let arguments = Self.small + Self.along("ranks") + ["--json"]
    let outcome = try bench.shell(
      "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; petl "
        + arguments.joined(separator: " "))
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    let points = try #require(report.curves.first?.points)
    #expect(points.map(\.size) == [1, 2])
    #expect(points.map(\.reckoned) == [1, 0.5])
    #expect(points.allSatisfy { $0.gigaflops == nil && $0.seconds > 0 })
    // Nothing of a step is left out because it was computed before.
    let head = try bench.shell(
      "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; petl "
        + (arguments + ["--adapter", "none"]).joined(separator: " "))
    let seconds = try JSONDecoder().decode(Report.self, from: Data(head.output.utf8))
      .curves.first?.points.first?.seconds
    #expect((seconds ?? 0) > 0.002)
  }

  /// A size that does not go with the step is noted, and the others make the curve; ends that are no power of two are there.
  @Test func otherSizes() throws {
    let bench = try Bench()
    let arguments =
      Self.along("batch", "depth") + [
        "--depth", "4", "--batch", "3", "--set", "adapter.layers=[1]",
      ]
    let outcome = try bench.petl(Self.small + arguments)
    #expect(outcome.code == 0)
    #expect(outcome.complaints.contains("note: depth 1 is not measured: there is no layer 1"))
    let curves = try curves(bench, arguments)
    #expect(curves["batch"]?.points.map(\.size) == [1, 2, 3])
    #expect(curves["depth"]?.points.map(\.size) == [2, 4, 8])
  }

  /// Where nothing is left to vary that is an error, with each reason before it.
  @Test func nothing() throws {
    let outcome = try Bench().petl(
      Self.small + Self.along("rank", "sites") + ["--adapter", "none"])
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    for words in [
      "note: rank is not measured: there is no adapter",
      "error: nothing of this step can be varied",
    ] { #expect(outcome.complaints.contains(words), "\(words)") }
  }

  @Test(arguments: [
    (["bench", "--along", "batch"], "--along needs --growth."),
    (["bench", "--figure", "a.svg"], "--figure needs --growth."),
    (["bench", "--growth", "--rounds", "0"], "--rounds is 1 to 1000."),
    (["bench", "--growth", "--along", "width"], "'width' is invalid"),
    (["bench", "--growth", "--products"], "--growth and --products: leave one of them out."),
    (
      ["bench", "--growth", "--along", "ranks", "--precision", "int8"],
      "--along ranks is for whole steps in fp32."
    ),
    (["bench", "--growth", "--set", "regularizer.weight=1"], "unknown key 'regularizer'"),
    (["bench", "--growth", "--figure", "nowhere/a.svg"], "expected a folder that exists"),
  ])
  func mistakes(_ arguments: [String], _ words: String) throws {
    let outcome = try Bench().petl(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }
}
