import PETL
import Recipes
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

@Suite struct OptionsOfRecipeTests {
  /// What a composer does with a recipe, as far as options go.
  private func read(_ text: String) throws -> (OptionReader, weights: [Schedule]) {
    let reader = OptionReader(try parse(text), section: "")
    let adapter = reader.section("adapter", help: "What is trained.")
    var (type, rank, sites): (String, Int, [String]) = ("", 8, ["query"])
    adapter.requiredString("type", &type, help: "Which adapter.")
    adapter.integer("rank", &rank, in: 1...64, help: "Subspaces.")
    adapter.strings("sites", &sites, allowed: ["query", "key"], help: "Where.")
    let weights = reader.sections("regularizers", help: "What is punished.").map { regularizer in
      var (measure, weight): (Measure, Schedule) = (.linear, .constant(0))
      regularizer.choice("measure", &measure, help: "Of what.")
      regularizer.schedule("weight", &weight, help: "Lambda.")
      return weight
    }
    reader.finish(knownElsewhere: ["rank": ["adapter"], "measure": ["regularizers"]])
    return (reader, weights)
  }

  @Test func everythingAtOnce() throws {
    let text = """
      rank: 8
      adapter:
        rnk: 8
        sites: [query, kee, query]
      regularizers:
        - measure: linaer
          weight: {type: linear, from: 0, too: 1}
        - weight: {type: sine}
        - resora
      """
    let expected = """
      r.yaml:1:1: error: unknown key 'rank'
       1 | rank: 8
         | ^~~~
        'rank' belongs under 'adapter'
      r.yaml:2:1: error: missing key 'type' in 'adapter'
       2 | adapter:
         | ^~~~~~~
        expected a string
      r.yaml:3:3: error: unknown key 'rnk' in 'adapter'
       3 |   rnk: 8
         |   ^~~
        did you mean 'rank'?
      r.yaml:4:18: error: 'adapter.sites.1' must be one of query, key, found the string 'kee'
       4 |   sites: [query, kee, query]
         |                  ^~~
        did you mean 'key'?
      r.yaml:4:23: error: 'adapter.sites' has 'query' twice
       4 |   sites: [query, kee, query]
         |                       ^~~~~
      r.yaml:6:14: error: 'regularizers.0.measure' must be one of linear, cosine, found the string 'linaer'
       6 |   - measure: linaer
         |              ^~~~~~
        did you mean 'linear'?
      r.yaml:7:13: error: missing key 'to' in 'regularizers.0.weight'
       7 |     weight: {type: linear, from: 0, too: 1}
         |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        expected a number
      r.yaml:7:37: error: unknown key 'too' in 'regularizers.0.weight'
       7 |     weight: {type: linear, from: 0, too: 1}
         |                                     ^~~
        did you mean 'to'?
      r.yaml:8:20: error: 'regularizers.1.weight.type' must be one of constant, linear, cosine, from-epoch, found the string 'sine'
       8 |   - weight: {type: sine}
         |                    ^~~~
        did you mean 'cosine'?
      r.yaml:9:5: error: 'regularizers.2' must be a mapping of options, found the string 'resora'
       9 |   - resora
         |     ^~~~~~
      """
    #expect(failure { try read(text).0.throwIfInvalid() } == expected)
  }

  @Test(arguments: [
    ("0.1", Schedule.constant(0.1)),
    ("1e-3", .constant(0.001)),
    ("{type: constant, value: 2}", .constant(2)),
    ("{type: linear, to: 1}", .linear(from: 0, to: 1)),
    (
      "{type: linear, from: 1, to: 0, start_epoch: 2.5, end_epoch: 9}",
      .linear(from: 1, to: 0, startEpoch: 2.5, endEpoch: 9)
    ),
    ("{type: cosine, from: 1, to: 3, end_epoch: ~}", .cosine(from: 1, to: 3)),
    ("{type: from-epoch, value: 0.5, start_epoch: 100}", .fromEpoch(0.5, epoch: 100)),
  ])
  func schedules(_ text: String, _ expected: Schedule) throws {
    let (reader, weights) = try read("adapter: {type: lora}\nregularizers: [{weight: \(text)}]\n")
    try reader.throwIfInvalid()
    #expect(weights == [expected])
    // The description is a recipe's form of the same schedule.
    let (again, same) = try read("adapter: {type: a}\nregularizers: [{weight: \(expected)}]\n")
    try again.throwIfInvalid()
    #expect(same == [expected])
  }

  @Test(arguments: [
    (
      "{type: linear, to: 1, start_epoch: 3, end_epoch: 3}",
      "weight.end_epoch' must be after 'start_epoch'"
    ),
    (
      "{type: linear, to: 1, start_epoch: -1}",
      "weight.start_epoch' must be at least 0, found the integer -1"
    ),
    ("{type: constant, value: .inf}", "weight.value' must be a finite number, found .inf"),
    ("{value: 1}", "missing key 'type' in 'regularizers.0.weight'"),
    ("[1]", "weight' must be a number or a schedule, found a list"),
    ("{type: constant, value: 1, to: 2}", "unknown key 'to' in 'regularizers.0.weight'"),
  ])
  func wrongSchedules(_ text: String, _ expected: String) throws {
    let (reader, _) = try read("adapter: {type: lora}\nregularizers: [{weight: \(text)}]\n")
    #expect(reader.diagnostics.count == 1)
    #expect(reader.diagnostics.first?.message.hasSuffix(expected) == true, "\(reader.diagnostics)")
  }
}
