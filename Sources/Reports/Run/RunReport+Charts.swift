extension RunReport {
  /// A figure of each epoch as lines by stage: a control starts where its counterpart does.
  func series(_ value: (Epoch) -> Double?) -> [Series] {
    var starts: [String: Int] = [:]
    var last = 0
    for stage in stages where !stage.isControl {
      starts[stage.name] = last
      last += stage.epochs
    }
    return stages.enumerated().compactMap { index, stage in
      let start = starts[stage.counterpart] ?? 0
      let points = epochs.filter { $0.stage == stage.name }.compactMap { epoch in
        value(epoch).map { (x: Double(start + epoch.number), y: $0) }
      }
      return points.isEmpty
        ? nil
        : Series(name: stage.name, color: index, isDashed: stage.isControl, points: points)
    }
  }

  /// What the task is known by, loss and the mean redundancy; those without figures are left out.
  func curves() -> [LineChart] {
    let figures = series { $0.validation?.figure }
    let loss = series(\.loss)
    let validationLoss = series { $0.validation?.loss }
    let redundancy = series { epoch in
      let values = epoch.redundancyBySite.values
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let charts = [
      LineChart(
        title: "Validation \(leading.name)", description: "By epoch, a line for each stage.",
        series: figures, limits: leading.isShare ? 0...1 : nil, isShare: leading.isShare),
      LineChart(
        title: "Training loss", description: "The mean task loss by epoch, a line for each stage.",
        series: loss),
      LineChart(
        title: "Validation loss", description: "Mean cross-entropy by epoch, by stage.",
        series: validationLoss),
      LineChart(
        title: "Redundancy, mean |ρ|", description: "The mean over sites by epoch, by stage.",
        series: redundancy, limits: 0...1),
    ]
    return charts.filter { !$0.series.isEmpty }
  }

  /// The learning rate and the norm of the gradient; those without figures are left out.
  func stepCurves() -> [LineChart] {
    [
      LineChart(
        title: "Learning rate", description: "That of the last step of each epoch, by stage.",
        series: series(\.learningRate)),
      LineChart(
        title: "Norm of the gradient",
        description: "The mean over the steps of each epoch, before any clipping, by stage.",
        series: series(\.gradientNorm)),
    ].filter { !$0.series.isEmpty }
  }

  /// The value, λ and share of the gradient of each regularizer; those without figures are left out.
  func regularizerCurves() -> [LineChart] {
    let labels = Set(epochs.flatMap(\.regularizers.keys)).sorted()
    return labels.flatMap { label in
      [
        LineChart(
          title: "\(label): value",
          description: "The mean over steps by epoch, without λ, a line for each stage.",
          series: series { $0.regularizers[label]?.value }),
        LineChart(
          title: "\(label): λ", description: "The weight at the end of each epoch, by stage.",
          series: series { $0.regularizers[label]?.weight }),
        LineChart(
          title: "\(label): share of the gradient",
          description: "‖λ ∇R‖ over the sum of the norms of all parts of the gradient, by stage.",
          series: series { $0.regularizers[label]?.gradientShare }, limits: 0...1, isShare: true),
      ]
    }.filter { !$0.series.isEmpty }
  }

  /// What plugins logged, a chart for each name.
  func figureCurves() -> [LineChart] {
    Set(epochs.flatMap(\.figures.keys)).sorted().map { name in
      LineChart(
        title: name, description: "The mean over steps by epoch, a line for each stage.",
        series: series { $0.figures[name] })
    }.filter { !$0.series.isEmpty }
  }

  /// The redundancy of each site, on one scale.
  func siteCurves() -> [LineChart] {
    let known = Set(epochs.flatMap(\.redundancyBySite.keys))
    var names: [String] = []
    for site in sites where known.contains(site.name) && !names.contains(site.name) {
      names.append(site.name)
    }
    names += known.subtracting(names).sorted()
    let axis = Axis(
      holding: epochs.flatMap(\.redundancyBySite.values), limits: 0...1, count: 3)
    return names.map { name in
      LineChart(
        title: name, description: "Mean |ρ| of \(name) by epoch, a line for each stage.",
        series: series { $0.redundancyBySite[name] }, limits: 0...1,
        isSmall: true, sharedAxis: axis)
    }
  }

  /// The stages whose sites are compared: the last without penalties before them, the last with them
  /// and its control; all where none regularizes.
  var comparedStages: [String] {
    let plain = stages.filter { !$0.isControl }
    let kept = Set(sites.map(\.stage))
    guard let first = plain.firstIndex(where: \.regularizes) else {
      return plain.suffix(1).map(\.name).filter(kept.contains)
    }
    let before = first > 0 ? [plain[first - 1].name] : []
    let last = plain.last.map { [$0.name] } ?? []
    let control = stages.last { $0.isControl }.map { [$0.name] } ?? []
    return (before + last + control).filter(kept.contains)
  }

  /// The figures of one site, by the stages that are compared.
  func compared() -> [(name: String, stages: [Site])] {
    let stages = comparedStages
    var names: [String] = []
    for site in sites where !names.contains(site.name) { names.append(site.name) }
    return names.map { name in
      (
        name,
        stages.compactMap { stage in sites.first { $0.name == name && $0.stage == stage } }
      )
    }
  }

  /// The colour of a stage.
  func color(of stage: String) -> Int { stages.firstIndex { $0.name == stage } ?? 0 }
}
