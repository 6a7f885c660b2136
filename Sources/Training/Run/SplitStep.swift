import Optimization
import PETL
import Ranks

/// One evaluation of a step's objective on a batch that goes through the network in parts, here and on other ranks.
///
/// Regularizers, and losses that compare examples, see the whole batch (`JoinedBatch`), and nothing of this. Gradients
/// are summed part by part within a shard, and over shards by a `SumTree`.
struct SplitStep {
  /// A part that went through the network.
  private struct Passed {
    let pass: ForwardPass
    let answers: NetworkAnswers
    var part: PassedPart { PassedPart(pass, features: answers.features) }
  }

  /// What is computed of all examples together, with the gradients that arrived at the joined tensors, and at parameters
  /// without a way through a part.
  private struct Joint {
    let batch: JoinedBatch
    let objective: Objective
    /// Nothing, or one for the task and everything else, and one for each penalty that is measured.
    var gradients: [(label: String?, gradients: Gradients)] = []
  }

  let trainer: StageTrainer
  let split: BatchSplit
  /// All examples of the batch.
  let batch: [Int]
  /// The number of the step in the stage, from 0.
  let number: Int
  /// Whether it is the epoch's last.
  let isLast: Bool

  private var task: any TrainingTask { trainer.setting.task }
  /// Whether something looks at all examples together.
  private var isJoint: Bool {
    isLast || !trainer.regularizers.isEmpty || trainer.regauges(number) || !hasMeanLoss
  }
  /// Whether the loss is a mean over examples that each part can compute of its own.
  private var hasMeanLoss: Bool { split.parts.allSatisfy { $0.share != nil } }

  /// The value of the objective.
  ///
  /// Where ranks lose each other the job ends: an optimizer that asks for a loss cannot be told.
  func figures() -> StepFigures {
    do {
      return try noGradient { try evaluated(measuring: nil).figures }
    } catch let error as DiagnosticError {
      trainer.setting.ranks.abandon(error)
    } catch {
      trainer.setting.ranks.abandon(DiagnosticError("\(error)"))
    }
  }

  /// The value and the gradient of the objective.
  ///
  /// - Parameter measuring: whether task and penalties are differentiated one by one, given the labels of those whose
  ///   weight is not 0.
  /// - Returns: the figures, and the gradient with its parts.
  /// - Throws: `DiagnosticError` when ranks lose each other.
  func gradients(
    measuring: @escaping ([String]) -> Bool
  ) throws -> (figures: StepFigures, parts: GradientParts) {
    try evaluated(measuring: measuring)
  }

  private func evaluated(
    measuring: (([String]) -> Bool)?
  ) throws -> (figures: StepFigures, parts: GradientParts) {
    let keepsGraphs = measuring != nil && split.isUncut
    var passed: [Passed] = []
    var joint: Joint?
    let context = FigureLog()
    if isJoint {
      let frozen = trainer.asksForFrozenAnswers ? split.own.map { frozenFeatures($0) } : []
      let run = { split.own.map(self.passed) }
      passed = keepsGraphs ? run() : noGradient(run)
      joint = joined(passed, frozen: frozen, context)
      if let objective = joint?.objective, let measuring {
        joint?.gradients = gradients(of: objective, measuring: measuring)
      }
    }
    var sums: [Range<Int>: ShardSum] = [:]
    for shard in split.ownShards {
      let numbers = split.own.filter { split.parts[$0].shard == shard }
      for part in numbers {
        // Without a gradient the first pass over a part is as good as another.
        let isKept = isJoint && (keepsGraphs || measuring == nil)
        let first = isKept ? passed[part - split.own.lowerBound] : nil
        let value = self.sum(of: part, first, joint, differentiating: measuring != nil)
        sums[shard..<shard + 1] = sums[shard..<shard + 1].map { $0 + value } ?? value
      }
    }
    passed = []
    let total = try exchanged(sums)
    return finished(total, joint, context)
  }

  /// The gradient of a part of the batch, its share of the loss, and what was logged in it.
  private func sum(
    of number: Int, _ first: Passed?, _ joint: Joint?, differentiating: Bool
  ) -> ShardSum {
    let part = split.parts[number]
    let passed = first ?? passed(number)
    var sum = ShardSum()
    sum.logged = passed.pass.figures.totals
    var own: Tensor?
    if let share = part.share, share > 0 {
      let loss = task.loss(
        of: passed.answers, to: part.examples, epoch: trainer.draws(ofStep: self.number))
      sum.loss = share * Double(loss.item)
      own = share == 1 ? loss : loss.scaled(by: Float(share))
    }
    guard differentiating else { return sum }
    let channels = joint?.gradients ?? [(label: nil, gradients: Gradients())]
    for (index, channel) in channels.enumerated() {
      let back = joint?.batch.sum(of: channel.gradients, into: passed.part, number: number)
      let scalars = [index == 0 ? own : nil, back].compactMap(\.self)
      let isLast = index == channels.count - 1
      sum.gradients.append(
        scalars.isEmpty
          ? Gradients()
          : scalars.dropFirst().reduce(scalars[0], +).backward(keepingGraph: !isLast))
    }
    return sum
  }

  /// Sends what this rank's shards add up to, and adds up what all of them sent.
  private func exchanged(_ sums: [Range<Int>: ShardSum]) throws -> ShardSum {
    let (tree, ranks) = (SumTree(count: split.shards), trainer.setting.ranks)
    if ranks.isAlone { return tree.sum(sums, add: +) ?? ShardSum() }
    let own = tree.nodes(of: split.ownShards).compactMap { tree.sum(of: $0, sums, add: +) }
    let message = SentSums.encoded(
      own, trainer.parameters, stops: trainer.setting.stop?.isMade == true)
    var known: [Range<Int>: ShardSum] = [:]
    for (rank, bytes) in try ranks.gathered(message).enumerated() {
      let sent = try SentSums.decoded(bytes, trainer.parameters)
      if sent.stops { trainer.isAskedToStop = true }
      let nodes = tree.nodes(of: BatchSplit.shards(of: rank, ranks.count, split.shards))
      guard nodes.count == sent.sums.count else { throw PackedMessage<SentSums>.torn }
      for (node, sum) in zip(nodes, sent.sums) { known[node] = sum }
    }
    guard let total = tree.sum(known, add: +) else { throw PackedMessage<SentSums>.torn }
    return total
  }

  /// The whole step of what all shards add up to.
  private func finished(
    _ total: ShardSum, _ joint: Joint?, _ context: FigureLog
  ) -> (figures: StepFigures, parts: GradientParts) {
    var (figures, parts) = (StepFigures(), GradientParts())
    if let joint { figures.objective.add(joint.objective, share: 1) }
    figures.objective.add(task: total.loss)
    figures.logged.add(total.logged)
    figures.logged.add(context)
    if isLast, let joint { figures.redundancyBySite = joint.batch.redundancyBySite }
    if trainer.regauges(number), let joint { figures.subspaces = joint.batch.subspaces }
    let labels = joint?.gradients.map(\.label) ?? [nil]
    for (index, var gradients) in total.gradients.enumerated() {
      // What reached a parameter without a way through a part is the same on all ranks: it counts once.
      if let direct = joint?.gradients[index].gradients {
        gradients.add(direct.restricted(to: trainer.parameters.map(\.value)))
      }
      parts.add(gradients, of: labels[index])
    }
    parts.finish(trainer.parameters)
    return (figures, parts)
  }
}

extension SplitStep {
  /// Lets a part go through the network.
  private func passed(_ number: Int) -> Passed {
    let part = split.parts[number]
    let pass = trainer.pass(
      over: part.examples, number: self.number, place: part.place,
      records: isJoint)
    let answers = task.answers(
      to: part.examples, epoch: trainer.draws(ofStep: self.number), pass: pass, isAdapted: true)
    return Passed(pass: pass, answers: answers)
  }

  private func frozenFeatures(_ number: Int) -> [Tensor] {
    let part = split.parts[number]
    return trainer.frozenAnswers(
      to: part.examples, trainer.draws(ofStep: self.number)
    ).features
  }

  /// The objective as far as it is one of all examples together.
  private func joined(
    _ passed: [Passed], frozen: [[Tensor]], _ figures: FigureLog
  ) -> Joint {
    let exchange = RankExchange(trainer.setting.ranks)
    // A rank without a shard, of a batch that is small, looks at the first part to see what there is.
    let template = passed.first ?? noGradient { self.passed(0) }
    let whole = JoinedBatch(passed.map(\.part), like: template.part, exchange: exchange)
    // A language model's features are brought together only for whoever asks for them.
    let answers = NetworkAnswers(joining: { whole.features }) { task.answers(from: $0).logits }
    let objective = Objective(
      task: hasMeanLoss
        ? Tensor(0) : task.loss(of: answers, to: batch, epoch: trainer.draws(ofStep: number)),
      context: trainer.context(
        records: whole.records, figures: figures, answers: answers, labels: task.labels(of: batch),
        frozenAnswers: trainer.asksForFrozenAnswers
          ? frozenAnswers(frozen, like: template, exchange) : nil, number: number),
      regularizers: trainer.weighted(number))
    return Joint(batch: whole, objective: objective)
  }

  /// What the network without adapters answers to the whole batch.
  private func frozenAnswers(
    _ own: [[Tensor]], like template: Passed, _ exchange: RankExchange
  ) -> NetworkAnswers {
    noGradient {
      let features = template.answers.features.indices.map { tower in
        let rows = exchange.gathered(own.map { $0[tower].values })
        let width = template.answers.features[tower].shape[1]
        return Tensor(
          rows.flatMap { $0 }, shape: [rows.reduce(0) { $0 + $1.count } / width, width])
      }
      // The head is the trained one, as it is now.
      let logits = task.answers(from: features).logits.detached()
      return NetworkAnswers(features: features) { logits }
    }
  }

  /// The gradients of what is joint: of everything, or of the task and of each penalty.
  private func gradients(
    of objective: Objective, measuring: ([String]) -> Bool
  ) -> [(label: String?, gradients: Gradients)] {
    let active = objective.penalties.filter { $0.weight != 0 }
    if active.isEmpty || !measuring(active.map(\.label)) {
      return [(nil, objective.total.backward(keepingGraph: true))]
    }
    return [(nil, objective.task.backward(keepingGraph: true))]
      + active.map {
        ($0.label, $0.value.scaled(by: Float($0.weight)).backward(keepingGraph: true))
      }
  }
}
