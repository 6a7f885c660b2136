import PETL

extension Parameter {
  /// A rule's step in place.
  ///
  /// - Parameters:
  ///   - value: changed in place.
  ///   - gradient: the geometry's direction, of the value's shape.
  ///   - rate: the learning rate.
  ///   - decay: the weight decay.
  typealias Rule = (_ value: Tensor, _ gradient: Tensor, _ rate: Double, _ decay: Double) -> Void

  /// Moves the value by a rule, as its geometry wants it; to be called once a step.
  ///
  /// Most geometries let the rule change the value itself. Where one shapes the step, the rule is
  /// given zeros to change at a rate of 1, which is its step without rounding against the value;
  /// weight decay, which would pull towards zero, has no part in it.
  ///
  /// - Parameters:
  ///   - gradient: of the loss, scaled already.
  ///   - rate: the learning rate.
  ///   - decay: the weight decay, if this parameter decays.
  ///   - rule: called once.
  func move(_ gradient: Tensor, rate: Double, decay: Double, by rule: Rule) {
    let direction = geometry.direction(gradient: gradient, at: value)
    if geometry.shapesStep {
      let proposed = Tensor.zeros(value.shape)
      rule(proposed, direction, 1, 0)
      let step = geometry.step(proposed, at: value)
      update(to: value.detached() + step.scaled(by: Float(rate)))
    } else {
      updateInPlace { rule($0, direction, rate, decays ? decay : 0) }
    }
    update(to: geometry.settled(value))
  }
}
