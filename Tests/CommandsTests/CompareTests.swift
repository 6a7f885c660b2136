import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CompareTests {
  /// Two runs that differ in λ, with a control each; the controls are the same training.
  @Test func controls() throws {
    let runs = try ComparedRuns()
    for seed in 0..<6 {
      let base = 80 + Double(seed)
      for (weight, gain) in [(0.1, 1.0), (0.5, seed % 2 == 0 ? 0.5 : -0.5)] {
        try runs.write(
          "all/w\(weight)-s\(seed)", seed: seed, weight: weight,
          [("train", base + gain + 0.02 * Double(seed)), ("control-train", base)])
      }
    }
    let outcome = try runs.compare(["all"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.complaints.isEmpty, "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    let control = try #require(lines.first { $0.hasPrefix("control-train ") })
    #expect(control.hasSuffix("82.50 ± 1.87 (6)"), "\(control)")
    let better = try #require(lines.last { $0.hasPrefix("weight=0.1 ") })
    // The same in every row is said once, where the table would be too wide.
    let title = "differences on the same seeds, in points: against control-train, on digits"
    #expect(lines.contains(title), "\(lines)")
    #expect(better.contains("+1.05"), "\(better)")
    #expect(better.contains("0.0312"), "\(better)")
    #expect(better.hasSuffix("higher"), "\(better)")
    let same = try #require(lines.last { $0.hasPrefix("weight=0.5 ") })
    #expect(same.hasSuffix("not distinguishable"), "\(same)")
    // Higher is only a word: of the loss it is lower.
    let loss = try runs.differences(["all", "--metric", "loss"])
    #expect(loss.first?["verdict"] as? String == "lower", "\(loss)")
  }

  /// What tells methods apart is their name; a baseline that is asked for; several data sets.
  @Test func methodsAndDataSets() throws {
    let runs = try ComparedRuns()
    let file = "{type: safetensors, path: sets/flowers.safetensors}"
    for seed in 0..<7 {
      let noise = 0.1 * Double(seed)
      for (adapter, name, gain) in [
        ("{type: lora, rank: 4}", "l4", 0.0), ("{type: lora, rank: 8}", "l8", 1.0),
        ("{type: adaptformer, bottleneck: 8}", "af", -2.0),
      ] {
        try runs.write(
          "\(name)-d\(seed)", seed: seed, adapter: adapter, [("train", 70 + gain + noise)])
        try runs.write(
          "\(name)-f\(seed)", seed: seed, adapter: adapter, data: file,
          [("train", 50 + 2 * gain - noise)])
      }
    }
    let differences = try runs.differences([".", "--baseline", "lora rank=4"])
    let labels = differences.compactMap { $0["method"] as? String }
    #expect(labels.sorted() == ["adaptformer", "lora rank=8"].flatMap { [$0, $0, $0] })
    let eight = differences.filter { $0["method"] as? String == "lora rank=8" }
    #expect(eight.map { $0["data"] as? String } == ["digits", "flowers", nil])
    // 2 / 2⁷ twice, corrected over two data sets; 2 / 2¹⁴ of all pairs.
    let corrected = eight.compactMap { $0["correctedP"] as? Double }
    let expected: [Double] = [0.03125, 0.03125, 0.0001220703125]
    #expect(corrected == expected)
    let paired = try #require(eight.last?["paired"] as? [String: Any])
    let spread = try #require(paired["spread"] as? [String: Any])
    let mean = try #require(spread["mean"] as? Double)
    #expect(abs(mean - 0.015) < 1e-12)
    #expect(spread["count"] as? Int == 14)
    let wrong = try runs.compare([".", "--baseline", "lora rank=5"])
    #expect(wrong.code == 2, "\(wrong)")
    #expect(wrong.complaints.contains("did you mean 'lora rank="), "\(wrong)")
    let markdown = try runs.compare([".", "--format", "markdown", "--output", "t.md"])
    #expect(markdown.code == 0)
    #expect(markdown.output.isEmpty)
    let table = try String(contentsOfFile: runs.bench.folder + "/t.md", encoding: .utf8)
    #expect(table.contains("| method | digits | flowers | mean of all |\n| --- | ---: |"))
    #expect(table.contains("| lora rank=8 | 71.30 ± 0.22 (7) | 51.70 ± 0.22 (7) | 61.50 |"))
    let latex = try runs.compare([".", "--format", "latex"]).output
    #expect(
      latex.contains("\\begin{tabular}{lrrr}\n\\toprule\nmethod & digits & flowers"), "\(latex)")
    #expect(latex.contains("lora rank=8 & 71.30 $\\pm$ 0.22 (7) & 51.70"), "\(latex)")
    #expect(latex.hasPrefix("% test accuracy in %, mean"), "\(latex)")
    let csv = try runs.compare([".", "--format", "csv"]).output.split(separator: "\n")
    #expect(csv.count == 1 + 3 * 3)
    #expect(csv.allSatisfy { $0.count { $0 == "," } == 14 })
  }

  /// With and without a penalty, which only some methods have.
  @Test func plainAndRegularized() throws {
    let runs = try ComparedRuns()
    for seed in 0..<3 {
      try runs.write("p\(seed)", seed: seed, [("train", 60)])
      try runs.write("r\(seed)", seed: seed, weight: 0.1, [("train", 61 + Double(seed))])
    }
    let outcome = try runs.compare(["."])
    let line = try #require(outcome.output.split(separator: "\n").last)
    #expect(line.hasPrefix("resora      3       +2.00  "), "\(outcome)")
    #expect(outcome.output.contains("in points: against plain, on digits\n"), "\(outcome)")
    #expect(line.hasSuffix("too few seeds to tell (n = 3)"), "\(outcome)")
  }

  /// The two means that papers report.
  @Test func vtab() throws {
    let runs = try ComparedRuns()
    for (task, accuracy) in [("cifar", 60.0), ("caltech101", 90), ("eurosat", 95)] {
      try runs.write(
        task, seed: 0, data: "{type: vtab, path: vtab, name: \(task)}", [("train", accuracy)])
    }
    let outcome = try runs.compare(["."])
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
    for row in [
      ["cifar", "60.00", "(1)"], ["mean", "natural", "75.00"], ["mean", "of", "groups", "85.00"],
      ["mean", "of", "all", "81.67"],
    ] {
      #expect(lines.contains(row), "\(row): \(outcome.output)")
    }
    #expect(outcome.output.contains("The means are not those of VTAB-1K: dtd, "))
    let methods = try runs.compare([".", "--format", "json"]).json()["methods"] as? [[String: Any]]
    let method = try #require(methods?.first)
    let (ofGroups, groups) = (
      method["meanOfGroups"] as? Double, method["groups"] as? [String: Double]
    )
    #expect(abs((ofGroups ?? 0) - 0.85) < 1e-12)
    #expect(groups?.keys.sorted() == ["natural", "specialised"])
    let csv = try runs.compare([".", "--format", "csv"]).output.split(separator: "\n")
    #expect(csv.contains { $0.hasPrefix("train,mean of groups,,0.85,") }, "\(csv)")
  }

  /// All 19 tasks: 7 natural at 70 %, 4 specialised at 80, 8 structured at 50.
  @Test func allTasks() throws {
    let runs = try ComparedRuns()
    for task in VTAB.tasks {
      let accuracy: Double =
        switch task.group {
        case .natural: 70
        case .specialised: 80
        case .structured: 50
        }
      try runs.write(
        task.name, seed: 0, data: "{type: vtab, path: vtab, name: \(task.name)}",
        [("train", accuracy)])
    }
    let outcome = try runs.compare([".", "--format", "json"])
    let json = try outcome.json()
    let method = try #require((json["methods"] as? [[String: Any]])?.first)
    let means = ["mean", "meanOfGroups"].compactMap { method[$0] as? Double }
    let expected = [(7 * 0.7 + 4 * 0.8 + 8 * 0.5) / 19, 2 / 3.0]
    #expect(means.count == 2)
    #expect(zip(means, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect((json["missingTasks"] as? [String])?.isEmpty == true)
    #expect(json["dataSets"] as? [String] == VTAB.tasks.map(\.name))
  }

  /// Groups that data sets tell of themselves, as the run noted them; without one there is no mean of
  /// groups, and only methods that have all of a group have its mean.
  @Test func groups() throws {
    let runs = try ComparedRuns()
    for (name, group, accuracy) in [
      ("flowers", "natural", 60.0), ("roses", "natural", 80), ("cells", "specialized", 90),
    ] {
      let file = "{type: safetensors, path: sets/\(name).safetensors}"
      try runs.write(
        name, seed: 0, data: file, group: group, [("train", accuracy)])
      if name != "roses" {
        try runs.write(
          "r-\(name)", seed: 0, weight: 0.1, data: file, group: group, [("train", accuracy)])
      }
    }
    let text = try runs.compare([".", "--format", "markdown"]).output
    let line =
      "| data | plain | resora |\n| --- | ---: | ---: |\n| flowers | 60.00 (1) | 60.00 (1) |"
    #expect(text.contains(line), "\(text)")
    for row in [
      "| mean natural | 70.00 | – |", "| mean specialised | 90.00 | 90.00 |",
      "| mean of groups | 80.00 | – |", "| mean of all | 76.67 | – |",
    ] {
      #expect(text.contains(row), "\(row): \(text)")
    }
    try runs.write(
      "other", seed: 0, data: "{type: folder, path: other}", [("train", 50)])
    let without = try runs.compare(["."])
    #expect(!without.output.contains("mean of groups"), "\(without)")
  }

  /// Code of one name that was edited in between is no method of one name.
  @Test func editedPlugins() throws {
    let runs = try ComparedRuns()
    try runs.write("a0", seed: 0, plugin: "1", [("train", 60)])
    try runs.write("a1", seed: 1, plugin: "1", [("train", 61)])
    try runs.write("a2", seed: 2, plugin: "2", [("train", 61)])
    let same = try runs.compare(["a0", "a1"])
    #expect(!same.complaints.contains("plugin file"), "\(same)")
    let edited = try runs.compare(["a0", "a1", "a2"])
    #expect(
      edited.complaints.contains(
        "warning: the plugin file Mine.swift was not the same in all runs"),
      "\(edited)")
    #expect(!edited.complaints.contains("Other.swift"), "\(edited)")
  }

  /// Runs that cannot count, and what makes a comparison doubtful.
  @Test func doubts() throws {
    let runs = try ComparedRuns()
    try runs.write("a0", seed: 0, [("train", 60)])
    try runs.write("a1", seed: 1, [("train", 61)])
    try runs.write("b0", seed: 0, weight: 0.1, version: "2", epochs: 9, [("train", 62)])
    try runs.write("c0", seed: 0, [("train", 63)])
    try runs.write("d0", seed: 2, nil)
    let outcome = try runs.compare(["a0", "a1", "b0", "c0", "d0"])
    #expect(outcome.code == 0)
    for words in [
      "left out: d0: the run did not finish",
      "c0 is the same recipe and seed as a0 with another outcome",
      "on digits: only one of them has seed 1",
      "were trained for different lengths: 5 and 9 epochs",
      "different versions of petl: 1, 2",
    ] {
      #expect(outcome.complaints.contains(words), "\(words): \(outcome.complaints)")
    }
    // All paths that are wrong, at once; runs without the figure.
    let wrong = try runs.compare(["a0", "none", "other"])
    #expect(wrong.code == 2)
    #expect(wrong.output.isEmpty)
    #expect(wrong.complaints.contains("there is no folder 'none'"))
    #expect(wrong.complaints.contains("there is no folder 'other'"))
    let val = try runs.compare(["a0", "--split", "val"])
    #expect(val.code == 2)
    #expect(val.complaints.contains("a0: no stage that counts has 'accuracy'"))
    let stage = try runs.compare(["a0", "--stage", "base"])
    #expect(stage.code == 2, "\(stage)")
    #expect(stage.complaints.contains("known stages: train"), "\(stage)")
    // A folder of somebody else's, with files of these names.
    try runs.bench.write("a: 1\n", to: "c0/recipe.yaml")
    let foreign = try runs.compare(["a0", "c0"])
    #expect(foreign.code == 2)
    #expect(foreign.output.isEmpty)
    let named = "error: c0: not the folder of a run\n  its recipe.yaml has no name, seed, data"
    #expect(foreign.complaints.contains(named), "\(foreign)")
    let report = try runs.bench.petl(["report", "c0"])
    #expect(report.code == 2, "\(report)")
    #expect(report.complaints.contains(named), "\(report)")
    // What cannot be read is not called damaged.
    let summary = runs.bench.folder + "/b0/summary.json"
    try FileManager.default.removeItem(atPath: summary)
    try FileManager.default.createDirectory(atPath: summary, withIntermediateDirectories: true)
    let unread = try runs.compare(["b0"])
    #expect(unread.code == 2, "\(unread)")
    #expect(unread.complaints == "error: b0/summary.json: this is a folder, a file is expected\n")
    try runs.bench.write("{}", to: "a0/summary.json")
    let damaged = try runs.compare(["a0"])
    #expect(damaged.code == 2)
    #expect(damaged.complaints.contains("not the summary of a run"))
  }

  /// Of runs as `petl run` leaves them.
  @Test func trainedRuns() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nregularizers: [{type: resora}]\ncontrol: true\n")
    for seed in 0..<2 {
      let run = try bench.petl(["run", "r.yaml", "--quiet", "--set", "seed=\(seed)"])
      #expect(run.code == 0, "\(run)")
    }
    let outcome = try bench.petl(["compare", "runs", "--metric", "redundancy"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.complaints.isEmpty, "\(outcome)")
    let line = try #require(outcome.output.split(separator: "\n").last)
    #expect(line.hasPrefix("train "), "\(outcome)")
    #expect(outcome.output.contains(": against control-train, on data\n"), "\(outcome)")
  }
}
