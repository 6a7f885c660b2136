import Networks
import Training

extension LiveView {
  /// Everything about a stage; its curves are as wide as goes well with a terminal of so many columns.
  func rows(of stage: Stage, columns: Int, at now: Double) -> [LiveLine] {
    let width = min(max(8, columns / 5), 24, max(8, stage.epochs))
    return [heading(stage)] + curves(stage, width: width) + [speed(stage, at: now)]
  }

  /// A stage in one line, of which the least is left on a narrow terminal.
  func shortest(_ stage: Stage, at now: Double) -> LiveLine {
    LiveLine([
      .text(stage.title, .strong, priority: 6),
      .text(percentage(stage), priority: 9),
      loss(stage).map { .text("loss \($0)", priority: 7) },
      time.runLeft(at: now).map { .text("\(duration($0)) left", priority: 8) },
    ])
  }

  /// The line that stays of a stage.
  func summary(_ result: StageResult) -> LiveLine {
    let history = stage?.title == result.name ? stage?.history ?? [] : []
    let figures = result.test ?? result.validation
    func curve(_ values: [Double], priority: Int) -> LiveLine.Field? {
      guard values.count > 1 else { return nil }
      let most = min(12, values.count)
      return .picture(min(6, most)...most, priority: priority) { [glyphs] in
        Sparkline(values: values).text(width: $0, glyphs)
      }
    }
    return LiveLine([
      .text("\(result.name):", .strong, priority: 9),
      .text("loss \(fixed(result.taskLoss, 4))", priority: 6),
      curve(history.map(\.loss), priority: 2),
      figures?.redundancy.map { .text("\(glyphs.redundancy) \(fixed($0, 3))", priority: 5) },
      curve(history.compactMap(\.redundancy), priority: 1),
      result.validation.map { .text("val \($0.leading.text)", priority: 7) },
      curve(history.compactMap { $0.score?.value }, priority: 3),
      result.test.map { .text("test\(mark) \($0.leading.text)", priority: 8) },
      .text(duration(result.trainingSeconds), .faint, priority: 4),
    ])
  }

  private func percentage(_ stage: Stage) -> String {
    "\(wholeNumber((share(stage) * 100).rounded(.down))) %"
  }

  private func share(_ stage: Stage) -> Double {
    Double(stage.step) / Double(max(1, stage.epochs * stage.stepsPerEpoch))
  }

  private func loss(_ stage: Stage) -> String? {
    (stage.history.last?.loss ?? stage.lastLoss).map { fixed($0, 4) }
  }

  private func heading(_ stage: Stage) -> LiveLine {
    let (glyphs, share) = (glyphs, share(stage))
    let number = stages.firstIndex { $0.title == stage.title }.map { $0 + 1 }
    let total = stage.epochs * stage.stepsPerEpoch
    return LiveLine([
      .text(stage.title, .strong, priority: 10),
      stages.count < 2
        ? nil : number.map { .text("stage \($0) of \(stages.count)", .faint, priority: 6) },
      .picture(8...24, priority: 7) { glyphs.bar(share, width: $0) },
      .text(percentage(stage), priority: 9),
      .text("epoch \(stage.epoch)/\(stage.epochs)", priority: 8),
      stage.isEvaluating
        ? .text("evaluating", .faint, priority: 4)
        : .text("step \(grouped(stage.step))/\(grouped(total))", .faint, priority: 3),
    ])
  }

  private func curves(_ stage: Stage, width: Int) -> [LiveLine] {
    let history = stage.history
    var lines: [LiveLine] = []
    if let loss = loss(stage) {
      let isFirst = history.isEmpty
      let best = history.filter { $0.loss.isFinite }.min { $0.loss < $1.loss }
      lines.append(
        row(
          "loss", width, isFirst ? stage.stepLosses.means : history.map(\.loss), loss,
          [
            isFirst ? "of single steps" : nil,
            best.map { "lowest \(fixed($0.loss, 4)) (epoch \($0.number))" },
            isFirst ? nil : stage.lastLoss.map { "last step \(fixed($0, 4))" },
          ]))
    }
    let redundant = history.compactMap { epoch in epoch.redundancy.map { (epoch.number, $0) } }
    if let last = redundant.last {
      let least = redundant.filter { $0.1.isFinite }.min { $0.1 < $1.1 }
      lines.append(
        row(
          "mean \(glyphs.redundancy)", width, redundant.map(\.1), fixed(last.1, 4),
          [least.map { "lowest \(fixed($0.1, 4)) (epoch \($0.0))" }]))
    }
    let scored = history.compactMap { epoch in epoch.score.map { (epoch.number, $0) } }
    if let last = scored.last {
      // The first of equals, which is the one that is kept.
      let best = scored.reduce(scored[0]) { $1.1.goodness > $0.1.goodness ? $1 : $0 }
      lines.append(
        row(
          "val", width, scored.map(\.1.value), last.1.text,
          ["best \(best.1.text) (epoch \(best.0))"]))
    }
    if let measured = history.last(where: { !$0.shares.isEmpty }) {
      func sum(_ epoch: Epoch) -> Double { epoch.shares.reduce(0) { $0 + $1.share } }
      let parts = measured.shares.map { "\($0.label) \(percent($0.share))" }
      lines.append(
        row(
          "penalty", width, history.filter { !$0.shares.isEmpty }.map(sum),
          percent(sum(measured)),
          ["of the gradient", parts.count < 2 ? nil : parts.joined(separator: ", ")]))
    }
    return lines + figures(history, width)
  }

  /// The curves of what plugins logged, the first few by name.
  private func figures(_ history: [Epoch], _ width: Int) -> [LiveLine] {
    let mostShown = 4
    let names = Set(history.flatMap(\.figures.keys)).sorted()
    return names.prefix(mostShown).map { name in
      let values = history.compactMap { $0.figures[name] }
      let others = names.count - mostShown
      let short = name.split(separator: ".").last.map { String($0.prefix(8)) } ?? ""
      return row(
        short, width, values, fixed(values.last ?? 0, 4),
        [name, name == names[0] && others > 0 ? "\(others) more in the report" : nil])
    }
  }

  /// A curve with its name, its last value and remarks, the most important first.
  private func row(
    _ label: String, _ width: Int, _ values: [Double], _ value: String, _ remarks: [String?]
  ) -> LiveLine {
    let curve = Sparkline(values: values).text(width: width, glyphs)
    let padded = curve + String(repeating: " ", count: width - curve.count)
    let name = "mean \(glyphs.redundancy)"
    let label = label + String(repeating: " ", count: max(0, name.count - label.count))
    let number = String(repeating: " ", count: max(0, 7 - value.count)) + value
    return LiveLine(
      [
        .text(label, .faint, priority: 8),
        .picture(width...width, priority: 7) { _ in padded },
        .text(number, .strong, priority: 9),
      ]
        + remarks.compactMap { $0 }.enumerated().map { index, remark in
          .text(remark, .faint, priority: 5 - index)
        })
  }

  private func speed(_ stage: Stage, at now: Double) -> LiveLine {
    let last = stage.history.last
    let rate =
      last?.imagesPerSecond
      ?? time.secondsPerStep.flatMap { $0 > 0 ? Double(batchSize) / $0 : nil }
    let isAlone = stages.count < 2
    return LiveLine([
      last?.tokensPerSecond.map { .text("\(grouped(wholeNumber($0))) tokens/s", priority: 6) }
        ?? rate.map { .text("\(grouped(wholeNumber($0))) \(unit)/s", priority: 6) },
      time.stageLeft(at: now).map {
        .text("\(duration($0)) left" + (isAlone ? "" : " of the stage"), priority: isAlone ? 9 : 5)
      },
      isAlone
        ? nil : time.runLeft(at: now).map { .text("\(duration($0)) of the run", priority: 8) },
      last?.distance.map {
        .text("off the manifold by \(scientific($0))", .faint, priority: 4)
      },
      last.map {
        .text("learning rate \(scientific($0.learningRate))", .faint, priority: 3)
      },
    ])
  }
}
