import PETL

/// How far the features are from those without adapters; says what else it sees.
struct Beholding: Regularizer {
  let needs: RegularizerNeeds = [.frozenAnswers, .inputs, .startingWeights]

  init(options: NoOptions) {}

  func penalty(in context: RegularizerContext) -> Tensor {
    let (own, frozen) = (context.answers.features[0], context.frozenAnswers.features[0])
    context.log("distance", Double((own - frozen).squaredNorm))
    context.log(
      "logits", Double((context.answers.logits - context.frozenAnswers.logits).squaredNorm))
    context.log("labels", Double(context.labels.reduce(0, +)))
    context.log("step", Double(context.moment.step))
    context.log("epoch", Double(context.moment.epoch))
    context.log("progress", context.moment.progress)
    context.log("sites", Double(context.sites.count))
    context.log("starts", Double(context.startingWeights.count))
    let moved = context.startingWeights.reduce(0) { sum, weight in
      sum + (weight.parameter.value.detached() - weight.start).squaredNorm
    }
    context.log("moved", Double(moved))
    context.log(
      "inputs",
      context.sites.reduce(0) { $0 + Double($1.input?.shape[1] ?? 0) })
    context.log(
      "tokens", context.sites.first.map { Double($0.site.grid?.tokens ?? 0) } ?? 0)
    return context.exampleMean((own - frozen).squared().sum(over: [1]))
  }
}
