import Datasets
import Foundation
import Testing
import Training

@testable import PETLCommands

@Suite struct LiveViewTests {
  static let stages = [
    PlannedStage(title: "base", epochs: 4, regularizes: false),
    PlannedStage(title: "refine", epochs: 4, regularizes: true),
  ]

  /// An epoch as a run logs it.
  static func record(
    _ stage: String, _ epoch: Int, loss: Double, redundancy: Double, accuracy: Double,
    share: Double? = nil, figures: [String: Double] = [:]
  ) throws -> EpochRecord {
    let penalty = share.map {
      "\"resora\": {\"value\": 0.5, \"weight\": 0.1, \"gradientShare\": \($0)}"
    }
    let text = """
      {"stage": "\(stage)", "epoch": \(epoch), "step": \(epoch * 10), "taskLoss": \(loss),
       "regularizers": {\(penalty ?? "")}, "redundancyBySite": {}, "gradientNorm": 1,
       "learningRate": 0.001, "imagesPerSecond": 1234.5, "validation": {"examples": 10,
       "accuracy": \(accuracy), "loss": 1, "redundancy": \(redundancy), "redundancyBySite": {}}}
      """
    var record = try JSONDecoder.figures.decode(EpochRecord.self, from: Data(text.utf8))
    record.figures = figures.isEmpty ? nil : figures
    return record
  }

  static func result(_ stage: String) throws -> StageResult {
    let text = """
      {"name": "\(stage)", "epochs": 4, "regularizes": true, "keptEpoch": 4,
       "trainingSeconds": 83, "taskLoss": 0.25, "test": {"examples": 10, "accuracy": 0.9,
       "loss": 1, "redundancy": 0.3, "redundancyBySite": {}}}
      """
    return try JSONDecoder.figures.decode(StageResult.self, from: Data(text.utf8))
  }

  /// A run in the middle of an epoch of its last stage, steps of 0.1 s, and the moment.
  static func view(_ glyphs: Glyphs = .unicode, epochs: Int = 3) throws -> (LiveView, Double) {
    var view = LiveView(stages, batchSize: 64, glyphs)
    var now = 0.0
    view.begin("base", epochs: 4, stepsPerEpoch: 10, at: now)
    _ = view.end(try result("base"), at: now)
    view.begin("refine", epochs: 4, stepsPerEpoch: 10, at: now)
    for step in 1...epochs * 10 + 5 {
      now += 0.1
      view.step(step, loss: 2 / Double(step), at: now)
      guard step % 10 == 0 else { continue }
      let epoch = step / 10
      view.endEpoch(
        try record(
          "refine", epoch, loss: 1 / Double(epoch), redundancy: 0.5 - 0.1 * Double(epoch),
          accuracy: epoch == 2 ? 0.95 : 0.9, share: epoch == 2 ? nil : 0.04), at: now)
    }
    return (view, now)
  }

  static func text(_ view: LiveView, _ columns: Int, rows: Int = 24, at now: Double) -> String {
    view.lines(.init(columns: columns, rows: rows), at: now).map { pieces in
      pieces.map(\.text).joined()
    }.joined(separator: "\n")
  }

  @Test func wide() throws {
    let (view, now) = try Self.view()
    let text = Self.text(view, 80, at: now)
    #expect(
      text == """
        refine  stage 2 of 2  █████████████████████░░░  87 %  epoch 4/4  step 35/40
        loss      █▃▁        0.3333  lowest 0.3333 (epoch 3)  last step 0.0571
        mean |ρ|  █▅▁        0.2000  lowest 0.2000 (epoch 3)
        val       ▁█▁        90.0 %  best 95.0 % (epoch 2)
        penalty   ▅▅          4.0 %  of the gradient
        1,235 images/s  1 s left of the stage  1 s of the run  learning rate 1.0e-03
        """, "\(text)")
  }

  /// What plugins log has a curve each.
  @Test func figuresOfPlugins() throws {
    var (view, now) = try Self.view()
    view.endEpoch(
      try Self.record(
        "refine", 4, loss: 0.25, redundancy: 0.1, accuracy: 0.9,
        figures: ["o-lora.overlap": 0.25, "adapter.temperature": 2]), at: now)
    let lines = Self.text(view, 80, at: now).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("overlap ") && $0.hasSuffix("0.2500  o-lora.overlap") })
    #expect(lines.contains { $0.hasPrefix("temperat") && $0.contains("2.0000  adapter.temp") })
  }

  @Test func narrow() throws {
    let (view, now) = try Self.view(.ascii)
    let text = Self.text(view, 42, at: now)
    #expect(
      text == """
        refine  ##############--  87 %  epoch 4/4
        loss        #-_        0.3333
        mean |rho|  #+_        0.2000
        val         _#_        90.0 %
        penalty     ++          4.0 %
        1,235 images/s  1 s of the run
        """, "\(text)")
  }

  /// Below 40 columns, and where the terminal is low, one line is left.
  @Test(arguments: [
    (39, 24, "refine  87 %  loss 0.3333  1 s left"), (24, 24, "87 %  1 s left"),
    (3, 24, "8…"), (80, 6, "refine  87 %  loss 0.3333  1 s left"), (80, 1, ""), (1, 24, ""),
  ])
  func small(_ columns: Int, _ rows: Int, _ expected: String) throws {
    let (view, now) = try Self.view()
    let text = Self.text(view, columns, rows: rows, at: now)
    #expect(text == expected)
  }

  /// Nothing is ever wider than the terminal, and no more lines are drawn than fit above the cursor.
  @Test func fits() throws {
    let (view, now) = try Self.view()
    for columns in 1...200 {
      for rows in [1, 2, 5, 7, 50] {
        let lines = view.lines(.init(columns: columns, rows: rows), at: now)
        let widest = lines.map { $0.reduce(0) { $0 + PETLCommands.columns(of: $1.text) } }.max()
        #expect((widest ?? 0) < columns, "\(columns) × \(rows)")
        #expect(lines.count < max(rows, 1), "\(columns) × \(rows)")
      }
    }
  }

  /// Within the first epoch the loss of the steps is drawn, and the speed is that of the steps.
  @Test func firstEpoch() throws {
    let (view, now) = try Self.view(epochs: 0)
    let text = Self.text(view, 80, at: now)
    #expect(
      text == """
        refine  stage 2 of 2  ███░░░░░░░░░░░░░░░░░░░░░  12 %  epoch 1/4  step 5/40
        loss      █▃▂▁▁      0.4000  of single steps
        640 images/s  4 s left of the stage  4 s of the run
        """, "\(text)")
  }

  /// After an epoch's last step comes its evaluation.
  @Test func evaluating() throws {
    var (view, now) = try Self.view()
    for step in 36...40 {
      now += 0.1
      view.step(step, loss: 0.05, at: now)
    }
    let text = Self.text(view, 100, at: now)
    #expect(text.contains("100 %  epoch 4/4  evaluating"), "\(text)")
  }

  /// What stays of a stage: its figures, and its curves where they are known.
  @Test func summaries() throws {
    var (view, now) = try Self.view()
    let line = view.end(try Self.result("refine"), at: now)
    let wide = line.pieces(width: 100, .unicode).map(\.text).joined()
    #expect(wide == "refine:  loss 0.2500  █▃▁  |ρ| 0.300  █▅▁  ▁█▁  test 90.0 %  1 min 23 s")
    let narrow = line.pieces(width: 40, .unicode).map(\.text).joined()
    #expect(narrow == "refine:  loss 0.2500  test 90.0 %")
    let left = Self.text(view, 80, at: now)
    #expect(left.isEmpty)
    let other = view.end(try Self.result("control-refine"), at: now)
    let plain = other.pieces(width: 100, .unicode).map(\.text).joined()
    #expect(plain == "control-refine:  loss 0.2500  |ρ| 0.300  test 90.0 %  1 min 23 s")
  }

  @Test func decoding() {
    var view = LiveView(Self.stages, batchSize: 64, .ascii)
    #expect(Self.text(view, 80, at: 0).isEmpty)
    view.decoding = ImageProgress(.decoding, of: "photographs", done: 1200, count: 10_000)
    let text = Self.text(view, 80, at: 0)
    #expect(text == "decoding  ##----------------------  1,200/10,000  images of photographs")
    view.begin("base", epochs: 4, stepsPerEpoch: 10, at: 0)
    let later = Self.text(view, 80, at: 0)
    #expect(!later.contains("decoding"))
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"),
  ])
  func groups(_ number: Int, _ expected: String) {
    #expect(grouped(number) == expected)
  }

  /// Characters of two columns count twice where a line is cut.
  @Test func columns() {
    let widths = ["abc", "ü", "图像", "🎉", "ｆ"].map { PETLCommands.columns(of: $0) }
    #expect(widths == [3, 1, 4, 2, 2])
    let cuts = ["图像分类", "abcd", "abc"].map { cut($0, to: 3, "…") }
    #expect(cuts == ["图…", "ab…", "abc"])
  }
}
