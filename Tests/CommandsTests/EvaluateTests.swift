import Foundation
import TestSupport
import Testing

/// Figures of each class.
@Suite struct EvaluateTests {
  @Test func byClass() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    let outcome = try bench.petl([
      "evaluate", "run", "--per-class", "--confusion", "--json", "--output", "classes.csv",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let figures = try outcome.json()
    let classes = try #require(figures["classes"] as? [[String: Any]])
    let confusion = try #require(figures["confusion"] as? [[Int]])
    #expect(confusion.map { $0.reduce(0, +) } == [4, 4, 4])
    #expect(classes.map { $0["name"] as? String } == ["0", "1", "2"])
    #expect(classes.map { $0["examples"] as? Int } == [4, 4, 4])
    let correct = (0..<3).map { confusion[$0][$0] }
    #expect(classes.map { $0["correct"] as? Int } == correct)
    #expect(classes.map { $0["accuracy"] as? Double } == correct.map { Double($0) / 4 })
    let accuracy = try #require(figures["accuracy"] as? Double)
    #expect(abs(accuracy - Double(correct.reduce(0, +)) / 12) < 1e-12)
    // Equally many of each class.
    let balanced = try #require(figures["balancedAccuracy"] as? Double)
    #expect(abs(balanced - accuracy) < 1e-12)
    let csv = try bench.text("classes.csv")
    let rows = csv.split(separator: "\n").map(String.init)
    try #require(rows.count == 4)
    #expect(rows[0] == "class,examples,correct,accuracy,as 0,as 1,as 2")
    let counts = confusion[1].map(String.init).joined(separator: ",")
    #expect(rows[2].hasPrefix("1,4,\(correct[1]),"))
    #expect(rows[2].hasSuffix(",\(counts)"))
    let text = try bench.petl(["evaluate", "run", "--per-class", "--confusion"])
    #expect(text.output.contains("class  examples  correct  accuracy"))
    #expect(text.output.contains("true class by row, answer by column"))
  }

  /// The run's own data, named: the same figures.
  @Test func ofNamedData() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    let own = try bench.petl(["evaluate", "run", "--json"])
    let named = try bench.petl(["evaluate", "run", "--data", "data.safetensors", "--json"])
    #expect(own.code == 0, "\(named)")
    #expect(own.output == named.output, "\(named)")
  }

  /// A file of weights with a head of its own, as a recipe and by its name.
  @Test func ofWeights() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.writeHead()
    let recipe = try bench.petl([
      "evaluate", "r.yaml", "--set", "backbone.weights=headed.safetensors", "--json",
    ])
    let weights = try bench.petl([
      "evaluate", "--weights", "headed.safetensors", "--data", "data.safetensors", "--batch-size",
      "8", "--json",
    ])
    #expect(recipe.code == 0, "\(recipe) \(weights)")
    #expect(recipe.output == weights.output, "\(recipe) \(weights)")
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.writeHead()
    for (arguments, words) in [
      ([], "there is no network"),
      (["r.yaml", "--data", "digits"], "--data goes with a run or with --weights"),
      (["r.yaml", "--weights", "headed.safetensors"], "r.yaml brings its own"),
      (
        ["--weights", "headed.safetensors", "--data", "digits"], "has 3 classes, data set 'digits'"
      ),
      (["--weights", "headed.safetensors"], "there are no images"),
      (["r.yaml", "--output", "nowhere/a.csv"], "expected a folder that exists"),
      (["."], "not the folder of a run"),
    ] {
      let outcome = try bench.petl(["evaluate"] + arguments)
      #expect(outcome.code == 2, "\(arguments) \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
      #expect(outcome.complaints.contains(words), "\(arguments) \(outcome.complaints)")
    }
  }
}
