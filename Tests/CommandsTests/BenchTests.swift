import TestSupport
import Testing

/// What `petl bench` prints; never how fast it is.
@Suite struct BenchTests {
  private static let small = ["bench", "--model", "micro", "--batch", "2", "--steps", "1"]

  @Test func fields() throws {
    let bench = try Bench()
    let report = try bench.petl(
      Self.small + [
        "--depth", "2", "--threads", "1", "--json", "--regularizer", "resora",
        "--set", "adapter.rank=4", "--set", "regularizer.measure=cosine",
      ]
    ).json()
    let keys = [
      "adapter", "adapterGigaflops", "adapterParameters", "adapters", "batch", "blasCore", "depth",
      "frozenGigaflops", "frozenProducts", "gigaflops", "gigaflopsPerSecond", "idleShare",
      "imagesPerSecond",
      "kernels", "model",
      "pageFaultsPerStep", "parts", "peakResidentMegabytes", "peakTensorMegabytes", "precision",
      "regularizers",
      "seconds", "sgemmGigaflops", "shareOfFrozen", "shareOfPeak", "sharingMicroseconds",
      "systemAllocationsPerStep", "threads", "work",
    ]
    #expect(report.keys.sorted() == keys)
    #expect(report["work"] as? String == "step")
    #expect(report["threads"] as? Int == 1)
    #expect(report["depth"] as? Int == 2)
    #expect(report["adapter"] as? String == "lora")
    // Four sites with matrices of 4 × 128, twice each.
    #expect(report["adapterParameters"] as? Int == 4096)
    // 2 images, forward and backward: 4 × 2 × (393,216 + 2 × 13,861,120).
    let gigaflops = try #require(report["gigaflops"] as? Double)
    #expect(abs(gigaflops - 0.2249) < 1e-4)
    // 2 images × 65 tokens × 4096 × 2, three times.
    let own = try #require(report["adapterGigaflops"] as? Double)
    #expect(abs(own - 0.003195) < 1e-6)
    let penalties = try #require(report["regularizers"] as? [[String: Any]])
    #expect(penalties.map { $0["name"] as? String } == ["resora"])
    #expect(penalties.first?.keys.sorted() == ["cost", "name", "seconds"])
    let resident = try #require(report["peakResidentMegabytes"] as? Int)
    #expect(resident > (report["peakTensorMegabytes"] as? Int ?? .max))
  }

  @Test func parts() throws {
    let bench = try Bench()
    let report = try bench.petl(Self.small + ["--depth", "1", "--json"]).json()
    let parts = try #require(report["parts"] as? [[String: Any]])
    #expect(parts.map { $0["name"] as? String } == ["forward", "backward", "optimizer"])
    let operations = parts.map { part in
      (part["operations"] as? [[String: Any]] ?? []).reduce(into: [String: Double]()) {
        $0[$1["name"] as? String ?? ""] = $1["calls"] as? Double
      }
    }
    try #require(operations.count == 3)
    #expect(operations[0]["attention"] == 1)
    #expect(operations[0]["attentionBackward"] == nil)
    #expect(operations[1]["attentionBackward"] == 1)
    #expect(operations[1]["attention"] == nil)
    // lora_A and lora_B at two sites, and the head's weight and bias.
    #expect(operations[2] == ["adamW": 6])
  }

  @Test func forward() throws {
    let bench = try Bench()
    let report = try bench.petl(
      Self.small + ["--depth", "1", "--forward-only", "--adapter", "none", "--json"]
    ).json()
    #expect(report["work"] as? String == "forward")
    #expect(report["adapterParameters"] as? Int == 0)
    let parts = try #require(report["parts"] as? [[String: Any]])
    #expect(parts.map { $0["name"] as? String } == ["forward"])
  }

  @Test func everyPlugin() throws {
    let bench = try Bench()
    let arguments = Self.small + ["--depth", "1", "--all-regularizers", "--all-adapters"]
    let report = try bench.petl(arguments + ["--json"]).json()
    let names = (report["regularizers"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    for measure in ["linear", "cosine", "euclidean", "nonlinear"] {
      #expect(names?.contains("resora measure=\(measure)") == true, "\(measure)")
    }
    let adapters = try #require(report["adapters"] as? [[String: Any]])
    #expect(adapters.contains { $0["name"] as? String == "lora" })
    let counts = Dictionary(
      uniqueKeysWithValues: adapters.compactMap { entry in
        (entry["name"] as? String).map { ($0, entry["parameters"] as? Int ?? -1) }
      })
    #expect((counts["full"] ?? 0) > (counts["bitfit"] ?? 0))
    #expect((counts["bitfit"] ?? 0) > 0)
    #expect(counts["linear-probe"] == 0)
    #expect(counts["convpass"] == 2 * (2 * 128 * 8 + 8 + 128 + 8 * 8 * 9 + 8))
    // Groups for wider networks.
    #expect(counts["consolidator"] == nil)
    let outcome = try bench.petl(arguments)
    #expect(
      outcome.complaints.contains(
        "note: consolidator is not timed: 384 groups do not divide the widths of site 'blocks.0.query'"
      ))
    let text = outcome.output
    for words in ["images/s", "of sgemm", "page faults", "attentionBackward", "other", "lora"] {
      #expect(text.contains(words), "\(words)")
    }
  }
}
