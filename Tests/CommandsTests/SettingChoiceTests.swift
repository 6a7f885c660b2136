import Foundation
import Studies
import TestSupport
import Testing

/// `petl compare --select best-val`: one setting of each method counts on each data set.
@Suite struct SettingChoiceTests {
  private static let flowers = "{type: safetensors, path: sets/flowers.safetensors}"

  /// Two methods with three rates each on two data sets: another rate is best on each, and what the test split says
  /// of the others plays no part.
  private func written() throws -> ComparedRuns {
    let runs = try ComparedRuns()
    for seed in 0..<3 {
      for (rate, val, test) in [(0.001, 70.0, 99.0), (0.01, 80.0, 75.0), (0.1, 60.0, 50.0)] {
        let (noise, more) = (Double(seed), "optimizer: {type: adamw, learning_rate: \(rate)}")
        try runs.write(
          "all/l-\(rate)-\(seed)", seed: seed, more: more, val: [val + noise],
          [("train", test + noise)])
        try runs.write(
          "all/r-\(rate)-\(seed)", seed: seed, weight: 0.1, more: more, val: [val - noise],
          [("train", test + 1 + noise)])
        try runs.write(
          "all/f-\(rate)-\(seed)", seed: seed, data: Self.flowers, more: more,
          val: [100 - val - noise], [("train", 10 * rate + noise)])
      }
    }
    return runs
  }

  @Test func bestOnValidation() throws {
    let runs = try written()
    let plain = try runs.compare(["all"]).output
    #expect(plain.contains("learning_rate=0.001"), "\(plain)")
    let outcome = try runs.compare(["all", "--select", "best-val"])
    #expect(outcome.code == 0, "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map { line in
      line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // The test figures of the rate 0.01 on digits, of 0.1 on flowers.
    let methods = lines.filter { $0.count == 4 || $0.count == 3 }
    #expect(
      methods.contains { $0[1...].starts(with: ["76.00 ± 1.00 (3)", "200.00 ± 100.00 (3)"]) }
        || methods.contains { $0.contains("76.00 ± 1.00 (3)") }, "\(outcome.output)")
    #expect(lines.contains { $0.contains("77.00 ± 1.00 (3)") }, "\(outcome.output)")
    #expect(!outcome.output.contains("99.00") && !outcome.output.contains("100.00 ±"))
    let choices = lines.filter { $0.contains("1 of 3") }
    #expect(choices.count == 3, "\(outcome.output)")
    #expect(
      choices.contains {
        $0[1...] == ["digits", "learning_rate=0.01", "1 of 3", "81.00 ± 1.00 (3)"]
      },
      "\(choices)")
    #expect(
      choices.contains {
        $0[1...] == ["flowers", "learning_rate=0.1", "1 of 3", "39.00 ± 1.00 (3)"]
      },
      "\(choices)")
  }

  /// A key that tells methods apart, JSON and CSV, and what is refused.
  @Test func byKeys() throws {
    let runs = try written()
    let by = try runs.compare(
      ["all", "--select", "best-val", "--by", "optimizer.learning_rate", "--format", "json"]
    ).json()
    let choices = try #require(by["choices"] as? [[String: Any]])
    #expect(choices.count == 9)
    #expect(choices.allSatisfy { $0["candidates"] as? Int == 1 })
    let csv = try runs.compare(["all", "--select", "best-val", "--format", "csv"]).output
      .split(separator: "\n").map(String.init)
    #expect(csv[0].hasSuffix(",setting,val_mean"), "\(csv)")
    #expect(csv.contains { $0.hasSuffix("learning_rate=0.01,0.81") }, "\(csv)")
    let unknown = try runs.compare([
      "all", "--select", "best-val", "--by", "optimizer.lerning_rate",
    ])
    #expect(unknown.code == 2, "\(unknown)")
    #expect(unknown.complaints.contains("did you mean 'optimizer.learning_rate'?"), "\(unknown)")
    let alone = try runs.compare(["all", "--by", "optimizer.learning_rate"])
    #expect(alone.code == 2 && alone.complaints.contains("it needs --select best-val"), "\(alone)")
    let val = try runs.compare(["all", "--select", "best-val", "--split", "val"])
    #expect(val.complaints.contains("the validation split chose the settings"), "\(val)")
  }

  /// Fewer seeds cannot win; equal figures are told by the loss; runs without a validation split choose nothing.
  @Test func whatCanBeChosen() throws {
    let runs = try ComparedRuns()
    func write(_ rank: Int, seeds: Range<Int>, val: Double?) throws {
      for seed in seeds {
        try runs.write(
          "all/\(rank)-\(seed)", seed: seed, adapter: "{type: lora, rank: \(rank)}",
          val: val.map { [$0] }, [("train", Double(rank))])
      }
    }
    try write(1, seeds: 0..<1, val: 99)
    try write(2, seeds: 0..<3, val: 50)
    try write(3, seeds: 0..<3, val: 40)
    let outcome = try runs.compare(["all", "--select", "best-val"])
    #expect(
      outcome.complaints.contains("1 of 3 settings of 'train lora' have not all seeds"),
      "\(outcome)")
    #expect(outcome.output.contains("2.00 ± 0.00 (3)"), "\(outcome)")
    #expect(outcome.output.contains("rank=2  1 of 2"), "\(outcome)")
    let none = try ComparedRuns()
    try none.write("all/a", seed: 0, [("train", 1)])
    let refused = try none.compare(["all", "--select", "best-val"])
    #expect(refused.code == 2, "\(refused)")
    #expect(refused.complaints.contains("no run has figures of one"), "\(refused)")
  }

  /// Means that differ by rounding alone are equal; settings of other seeds cannot be compared; another network is
  /// another method.
  @Test func fairness() throws {
    let runs = try ComparedRuns()
    for (seed, even, uneven) in [(0, 15.0, 10.0), (1, 15.0, 20.0)] {
      try runs.write(
        "tie/a\(seed)", seed: seed, more: "optimizer: {learning_rate: 1}", val: [even],
        [("train", 1)])
      try runs.write(
        "tie/b\(seed)", seed: seed, more: "optimizer: {learning_rate: 2}", val: [uneven],
        [("train", 2)])
      try runs.write(
        "seeds/a\(seed)", seed: seed, more: "optimizer: {learning_rate: 1}", val: [90],
        [("train", 1)])
      try runs.write(
        "seeds/b\(seed)", seed: seed + 2, more: "optimizer: {learning_rate: 2}", val: [80],
        [("train", 2)])
      try runs.write(
        "networks/a\(seed)", seed: seed, more: "backbone: {weights: a}", val: [90], [("train", 1)])
      try runs.write(
        "networks/b\(seed)", seed: seed, more: "backbone: {weights: b}", val: [80], [("train", 2)])
    }
    let tie = try runs.compare(["tie", "--select", "best-val"])
    #expect(tie.output.contains("learning_rate=1  1 of 2"), "\(tie)")
    let seeds = try runs.compare(["seeds", "--select", "best-val"])
    #expect(seeds.code == 2 && seeds.complaints.contains("have not all seeds"), "\(seeds)")
    let networks = try runs.compare(["networks", "--select", "best-val"])
    #expect(networks.output.components(separatedBy: "1 of 1").count == 3, "\(networks)")
  }

  /// A control is chosen for itself, and a method is compared with it.
  @Test func controls() throws {
    let runs = try ComparedRuns()
    for seed in 0..<6 {
      for (rank, own, control) in [(2, 70.0, 60.0), (4, 60.0, 65.0)] {
        try runs.write(
          "all/\(rank)-\(seed)", seed: seed, adapter: "{type: lora, rank: \(rank)}", weight: 0.1,
          val: [own, control],
          [("train", own + Double(seed)), ("control-train", control + Double(seed))])
      }
    }
    let differences = try runs.differences(["all", "--select", "best-val"])
    #expect(differences.count == 1)
    let spread = (differences.first?["paired"] as? [String: Any])?["spread"] as? [String: Any]
    let mean = try #require(spread?["mean"] as? Double)
    #expect(abs(mean - 0.05) < 1e-12)
  }

  /// A sweep chooses, trains what was chosen again, and never twice.
  @Test func retrained() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      "epochs: 2\nthreads: 1\ncontrol: true\nregularizers: [{type: resora}]\n"
        + "sweep: {grid: {regularizers.0.weight: [0.1, 1], optimizer.learning_rate: [0.001, 0.01]}, seeds: [0, 1]}\n"
    )
    let arguments = ["sweep", "r.yaml", "--output", "out", "--select", "best-val", "--retrain"]
    let first = try bench.petl(arguments)
    #expect(first.code == 0, "\(first)")
    #expect(first.output.contains("settings by the best mean accuracy of the validation split"))
    let parts = first.output.split(separator: "The chosen settings trained again, on train+val:")
    #expect(parts.count == 2, "\(first)")
    #expect(parts.last?.contains("control-train") == true, "\(first)")
    let folders = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out")
      .filter { $0.hasSuffix("-train-train-val") }
    // The method's two seeds; the control's too where it chose another rate.
    #expect([2, 4].contains(folders.count), "\(folders)")
    let page = try bench.text("out/report.html")
    for words in ["Chosen settings", "test, on train+val", "1 of 4"] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(try bench.petl(["report", "out"]).code == 0)
    #expect(try bench.text("out/report.html") == page)
    #expect(try bench.petl(["report", "out", "--format", "md"]).code == 0)
    #expect(try bench.text("out/report.md").contains("## Chosen settings"))
    let recipe = try bench.text("out/\(folders[0])/recipe.yaml")
    #expect(recipe.contains("train: train+val"), "\(recipe)")
    let again = try bench.petl(arguments)
    #expect(again.output == first.output, "\(again)")
    #expect(again.complaints.contains("0 of \(folders.count) chosen runs"), "\(again)")
    // Both comparisons as JSON: that which chose, and that after it.
    let both = try bench.petl(arguments + ["--json"]).json()
    let choice = try #require(both["selection"] as? [String: Any])
    let after = try #require(both["retrained"] as? [String: Any])
    #expect((choice["choices"] as? [Any])?.isEmpty == false, "\(choice.keys)")
    #expect((after["methods"] as? [Any])?.isEmpty == false, "\(after.keys)")
    // The figures are those that were printed.
    let row = try #require(first.output.split(separator: "\n").first { $0.contains("1 of 4") })
    let cells = row.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
    for cell in cells { #expect(page.contains(cell), "\(cell)") }
    // Another folder is none of this sweep's.
    let judged = try bench.text("out/chosen.json")
    try bench.write(judged.replacing("\"001-", with: "\"../001-"), to: "out/chosen.json")
    #expect(try bench.petl(["report", "out"]).code == 0)
    let odd = try bench.text("out/report.html")
    #expect(odd.contains("no chosen settings: ") && odd.contains("is no run of this sweep"))
    try FileManager.default.removeItem(atPath: bench.folder + "/out/chosen.json")
    #expect(try bench.petl(["report", "out"]).code == 0)
    #expect(try !bench.text("out/report.html").contains("hosen settings"))
  }

  /// What cannot be chosen or trained again is said before anything is trained.
  @Test func refusals() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\nsweep: {seeds: [0, 1]}\n")
    func refused(_ arguments: [String]) throws -> Outcome {
      let outcome = try bench.petl(["sweep", "r.yaml", "--output", "out"] + arguments)
      #expect(outcome.code != 0, "\(outcome)")
      #expect(!FileManager.default.fileExists(atPath: bench.folder + "/out"), "\(outcome)")
      return outcome
    }
    let choose = ["--select", "best-val"]
    #expect(try refused(["--retrain"]).complaints.contains("it needs --select best-val"))
    #expect(try refused(choose + ["--shard", "1/2"]).complaints.contains("without --shard"))
    let best = try refused(choose + ["--retrain", "--set", "selection=best-val"])
    #expect(best.complaints.contains("let the last epoch count: selection: last"), "\(best)")
    let key = try refused(choose + ["--by", "adapter.rnk"])
    #expect(key.code == 2 && key.complaints.contains("did you mean 'adapter.rank'?"), "\(key)")
    let stopping = try refused(choose + ["--retrain", "--set", "rules=[{type: early-stopping}]"])
    #expect(stopping.complaints.contains("early-stopping"), "\(stopping)")
    let trained = try refused(choose + ["--set", "data.train=train+val"])
    #expect(trained.complaints.contains("and the data have none"), "\(trained)")
  }

  /// Settings that a short training finds worse do not get a long one.
  @Test func halving() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      epochs: 8
      threads: 1
      optimizer: {type: sgd, learning_rate: 0.1}
      sweep: {grid: {optimizer.learning_rate: [1e-9, 0.1, 1e-8, 1e-7], seed: [0, 1]}}

      """)
    let arguments = [
      "sweep", "r.yaml", "--output", "out", "--select", "best-val", "--halving", "2",
    ]
    let planned = try bench.petl(arguments + ["--dry-run"])
    #expect(planned.output.contains("about 2"), "\(planned)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/out"))
    let outcome = try bench.petl(arguments)
    #expect(outcome.code == 0, "\(outcome)")
    for words in [
      "round 1 of 3: 8 runs, 25.0 % of their epochs",
      "round 2 of 3: 4 runs, 50.0 % of their epochs",
      "round 3 of 3: 2 runs, whole",
    ] {
      #expect(outcome.complaints.contains(words), "\(words): \(outcome)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out")
      .filter { $0.hasPrefix("0") }
    #expect(names.count == 14, "\(names)")
    let whole = names.filter { !$0.contains("epochs") }
    #expect(whole.count == 2, "\(whole)")
    for name in whole {
      #expect(try bench.text("out/\(name)/recipe.yaml").contains("epochs: 8"))
    }
    let again = try bench.petl(arguments)
    #expect(again.output == outcome.output, "\(again)")
    let listed = try bench.petl(arguments + ["--dry-run", "--json"])
    let plan = try JSONDecoder().decode([[String: Double]].self, from: Data(listed.output.utf8))
    #expect(plan.map { $0["share"] } == [0.25, 0.5, 1], "\(listed)")
    let figures = try bench.petl(arguments + ["--json"]).json()
    #expect((figures["methods"] as? [Any])?.isEmpty == false, "\(figures)")
    let alone = try bench.petl(["sweep", "r.yaml", "--halving", "2"])
    #expect(alone.code == 2 && alone.complaints.contains("needs --select best-val"), "\(alone)")
  }

  /// Each round is as many times as long as the one before.
  @Test func shares() throws {
    let race = SettingRace(part: 3, by: SettingRule())
    #expect(race.share(ofRound: 0, of: 2) == 1.0 / 9 && race.share(ofRound: 2, of: 2) == 1)
  }
}
