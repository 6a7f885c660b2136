import PETL
import Recipes
import Testing

private let head = """
  backbone: {weights: w.safetensors}
  data: {name: digits}

  """

@Suite struct RecipeMistakesTests {
  @Test func threeAtOnce() {
    let text = """
      name: three
      backbone: {weights: w.safetensors}
      data: {name: digits, rank: 4}
      adapter:
        type: lora
        rank: eight
      batchsize: 32
      """
    let expected = """
      r.yaml:3:22: error: unknown key 'rank' in 'data'
       3 | data: {name: digits, rank: 4}
         |                      ^~~~
        'rank' belongs under 'adapter'
      r.yaml:6:9: error: 'adapter.rank' must be an integer, found the string 'eight'
       6 |   rank: eight
         |         ^~~~~
      r.yaml:7:1: error: unknown key 'batchsize'
       7 | batchsize: 32
         | ^~~~~~~~~
        did you mean 'batch_size'?
      """
    let found = mistakes(text)
    #expect(found == expected)
  }

  /// Options of a plugin that does not exist are not mistakes of their own.
  @Test func unknownPlugins() {
    let text =
      head + """
        adapter: {type: lorra, rank: 4, nonsense: 1}
        regularizers:
          - {type: zzzzzzzz, gamma: 1, weight: 0.1}
          - {type: resorra, measure: x}
        control: true
        stages: [{name: a, regularize: false}, {name: b}]
        """
    let expected = """
      r.yaml:3:17: error: there is no adapter 'lorra'
       3 | adapter: {type: lorra, rank: 4, nonsense: 1}
         |                 ^~~~~
        did you mean 'lora'?
        known: block, lora
      r.yaml:5:12: error: there is no regularizer 'zzzzzzzz'
       5 |   - {type: zzzzzzzz, gamma: 1, weight: 0.1}
         |            ^~~~~~~~
        known: overlap, resora
      r.yaml:6:12: error: there is no regularizer 'resorra'
       6 |   - {type: resorra, measure: x}
         |            ^~~~~~~
        did you mean 'resora'?
        known: overlap, resora
      """
    let found = mistakes(text)
    #expect(found == expected)
  }

  @Test(arguments: [
    ("adapter: {type: block, sites: [mlp, query]}", "'block' cannot be attached to 'query'"),
    ("adapter: {type: block, sites: [mlp, query]}", "expected one of attention, mlp"),
    ("adapter: {rank: 4}", "missing key 'type' in 'adapter'"),
    ("adapter: lora", "'adapter' must be a mapping of options, found the string 'lora'"),
    ("adapter: {type: lora, sites: []}", "'adapter.sites' is an empty list"),
    ("adapter: {type: lora, sites: [qeury]}", "did you mean 'query'?"),
    ("adapter: {type: lora, layers: []}", "'adapter.layers' is an empty list"),
    ("adapter: {type: lora, layers: al}", "must be all or a list of layers, found 'al'"),
    ("adapter: {type: lora, layers: 3}", "write [3] for a list of one"),
    ("adapter: {type: lora, layers: [-1]}", "'adapter.layers.0' must be from 0 to 10000"),
    ("stages: []", "'stages' is an empty list"),
    ("adapter: {type: lora}\nregularizers: []", "'regularizers' is an empty list"),
    ("stages: [{name: a}, {name: a}]", "two stages are named 'a'"),
    ("stages: [{name: a/b}]", "'stages.0.name' is to be the name of a file, which 'a/b' cannot be"),
    ("stages: [{name: ..}]", "which '..' cannot be"),
    ("stages: [{name: \"\"}]", "which '' cannot be"),
    ("stages: [{name: -rf}]", "which '-rf' cannot be"),
    ("stages: [{name: \"a\\nb\"}]", "'stages.0.name' is to be the name of a file"),
    ("stages: [{name: latest}]", "a stage cannot be named 'latest'"),
    ("stages: [{name: control-a}]", "a stage cannot be named 'control-a'"),
    ("name: ../up", "'name' is to be the name of a file, which '../up' cannot be"),
    ("epochs: 5\nstages: [{name: a}]", "'epochs' and 'stages' exclude each other"),
    ("epochs: 0", "'epochs' must be from 1 to 1000000, found the integer 0"),
    ("seed: -1", "'seed' must be at least 0"),
    ("batch_size: 6.5", "'batch_size' must be an integer, found the number 6.5"),
    ("optimizer: {learning_rate: .nan}", "must be a finite number, found .nan"),
    ("optimizer: {learning_rate: 1e999}", "must be a finite number, found 1e999"),
    ("optimizer: {weight_decay: -.inf}", "must be a finite number, found -.inf"),
    (
      "optimizer: {type: adam}",
      "'optimizer.type' must be one of adamw, sgd, riemannion, odelora, subzero, found the string 'adam'"
    ),
    ("optimizer: {momentum: 0.5}", "'momentum' means nothing with type: adamw\n"),
    ("optimizer: {nesterov: true}", "\n  it belongs to type: sgd"),
    ("optimizer: {type: sgd, beta1: 0.8}", "'beta1' means nothing with type: sgd\n"),
    ("optimizer: {type: sgd, beta2: 0.9}", "\n  it belongs to type: adamw"),
    (
      "optimizer: {type: sgd, momentum: 0, nesterov: true}",
      "'optimizer.nesterov' needs a momentum above 0\n"
    ),
    ("control: true", "a control needs a stage that regularizes"),
    ("control: true\nepochs: 3", "a control needs a stage that regularizes"),
    ("selection: best_val", "did you mean 'best-val'?"),
    ("sites: [query]", "'sites' belongs under 'adapter'"),
    ("learning_rate: 1", "'learning_rate' belongs under 'optimizer' or 'stages'"),
    ("schedule: {lag_epochs: 1}", "lag_epochs is of a factor that moves with every epoch\n"),
    (
      "schedule: {type: constant, cosine_from: start}",
      "type: constant has no cosine for cosine_from"
    ),
    ("schedule: {type: constant, cooldown_epochs: 1}", "has no cosine for cooldown_epochs\n"),
    ("schedule: {step: update}", "'schedule.step' must be one of batch, epoch, found"),
    ("optimizer: {drop_last: true}", "'drop_last' belongs under 'the top of the recipe'"),
  ])
  func one(_ text: String, _ expected: String) {
    let found = mistakes(head + text + "\n")
    #expect(found.contains(expected), "\(found)")
    #expect(found.split(separator: "\n").count { $0.contains(": error: ") } == 1, "\(found)")
  }

  @Test(arguments: [
    "-0.1", "{type: linear, from: -1, to: 1}", "{type: cosine, from: 1, to: -1e-9}",
    "{type: from-epoch, value: -1, start_epoch: 3}",
  ])
  func negativeWeight(_ weight: String) {
    let text = head + "adapter: {type: lora}\nregularizers: [{type: resora, weight: \(weight)}]\n"
    let found = mistakes(text)
    let expected =
      "r.yaml:4:39: error: 'regularizers.0.weight' falls below 0, which would reward redundancy\n"
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test func regularizersWithoutUse() {
    let text =
      head + """
        regularizers: [{type: resora}]
        control: true
        schedule: {lag_epochs: 1}
        stages: [{name: a, regularize: false, epochs: 2}, {name: b, regularize: false}]
        """
    let expected = """
      r.yaml:3:15: error: there are regularizers, but no stage applies them
       3 | regularizers: [{type: resora}]
         |               ^~~~~~~~~~~~~~~~
        set regularize: true in a stage, or remove them
      r.yaml:3:15: error: there are regularizers, but no adapter to regularize
       3 | regularizers: [{type: resora}]
         |               ^~~~~~~~~~~~~~~~
        add a section 'adapter'
      r.yaml:4:10: error: a control needs a stage that regularizes
       4 | control: true
         |          ^~~~
        a control is the same training without the regularizers
      r.yaml:5:24: error: lag_epochs is of a factor that moves with every epoch
       5 | schedule: {lag_epochs: 1}
         |                        ^
        set step: epoch, or remove it
      """
    let found = mistakes(text)
    #expect(found == expected)
  }

  @Test func stagesWithoutRegularizers() {
    let text = head + "stages: [{name: a, regularize: false}, {name: b}]\n"
    let found = mistakes(text)
    #expect(found.contains("stage 'b' regularizes, but there are no regularizers"), "\(found)")
  }

  /// One wrong word does not make the rest of the section wrong.
  @Test(arguments: [
    (
      "{type: vtabs, path: x}",
      "'data.type' must be one of embedded, safetensors, vtab, folder, csv"
    ),
    ("{}", "missing key 'name' in 'data'"),
    ("digits", "'data' must be a mapping of options, found the string 'digits'"),
    ("{type: safetensors}", "missing key 'path' in 'data'"),
    ("{name: digits, path: x}", "an embedded set has no 'path'"),
    ("{type: safetensors, path: x, name: y}", "the name of a safetensors set is in its file"),
    ("{name: digits, train: test}", "'data.train' must be one of train, train+val"),
    ("{name: digits, normalization: None}", "did you mean 'none'?"),
    ("{type: vtab, path: x}", "missing key 'name' in 'data'"),
    ("{type: vtab, name: dtd}", "missing key 'path' in 'data'"),
    ("{type: folder}", "missing key 'path' in 'data'"),
    ("{type: csv}", "missing key 'path' in 'data'"),
    ("{type: csv, path: x, name: y}", "a set of type csv is named after its path"),
    ("{name: digits, preset: petl_vit}", "did you mean 'petl-vit'?"),
    ("{name: digits, crop: 0}", "'data.crop' must be from 0.01 to 1"),
    ("{name: digits, shots: 0}", "'data.shots' must be"),
    ("{name: digits, on_error: skip}", "'data.on_error' is for images in files"),
    ("{name: digits, exif: off}", "'data.exif' is for images in files"),
    ("{name: digits, classes: 10}", "'data.classes' is for type: vtab and csv"),
    ("{type: folder, path: x, classes: 10}", "'data.classes' is for type: vtab and csv"),
    (
      "{type: vtab, path: x, name: y, val_fraction: 0.1}",
      "'data.val_fraction' is for type: folder, csv and text"
    ),
    (
      "{type: folder, path: x, val_fraction: 0.5, test_fraction: 0.5}",
      "'data.val_fraction' and 'data.test_fraction' leave nothing to train on"
    ),
  ])
  func data(_ section: String, _ expected: String) {
    let found = mistakes("backbone: {weights: w}\ndata: \(section)\n")
    #expect(found.contains(expected), "\(found)")
    #expect(found.split(separator: "\n").count { $0.contains(": error: ") } == 1, "\(found)")
  }

  @Test func nothingThere() {
    let found = mistakes("seed: 1\n")
    let expected = """
      r.yaml:1:1: error: missing section 'backbone'
       1 | seed: 1
         | ^~~~
        expected a mapping with 'weights' in it
      r.yaml:1:1: error: missing section 'data'
       1 | seed: 1
         | ^~~~
        expected a mapping, such as data: {type: folder, path: photos}, or {name: digits}
      """
    #expect(found == expected)
  }

  @Test func overridesAreNamed() {
    let found = mistakes(head, ["optimizer.learning_rate=fast", "adapter.type=lora"])
    let expected = """
      --set optimizer.learning_rate=fast:1:31: error: 'optimizer.learning_rate' must be a number, found the string 'fast'
       1 | --set optimizer.learning_rate=fast
         |                               ^~~~
      """
    #expect(found == expected)
  }
}
