extension Parameter {
  /// Moves the value by a rule, as its geometry wants it; to be called once a step.
  ///
  /// Most geometries let the rule say the new value itself. Where one shapes the step, the rule is
  /// given zeros to move at a rate of 1, which is its step without rounding against the value;
  /// weight decay, which would pull towards zero, has no part in it.
  ///
  /// Rate and decay are those of all parameters: the factors that a training rule set for this one
  /// (`rateFactor`, `decayFactor`) are multiplied in here.
  ///
  /// - Parameters:
  ///   - gradient: the gradient of the loss, of the value's shape.
  ///   - rate: the learning rate.
  ///   - decay: the weight decay, where this parameter decays.
  ///   - rule: from a value, the geometry's direction, a rate and a decay to the new value, all tensors of
  ///     the value's shape; called once, without recording gradients.
  public func move(
    _ gradient: Tensor, rate: Double, decay: Double = 0,
    by rule: (_ value: Tensor, _ slope: Tensor, _ rate: Double, _ decay: Double) -> Tensor
  ) {
    let (rate, decay) = (rate * rateFactor, decay * decayFactor)
    noGradient {
      let slope = geometry.direction(gradient: gradient, at: value)
      if geometry.shapesStep {
        take(rule(.zeros(value.shape), slope, 1, 0), rate: rate)
      } else {
        update(to: rule(value.detached(), slope, rate, decays ? decay : 0))
      }
      update(to: geometry.settled(value))
    }
  }

  /// `move` for a rule that changes the value it is given, in memory that no other tensor shares.
  ///
  /// - Parameters:
  ///   - gradient: the gradient of the loss, of the value's shape.
  ///   - rate: the learning rate.
  ///   - decay: the weight decay, where this parameter decays.
  ///   - rule: changes the value in place; called once.
  package func moveInPlace(
    _ gradient: Tensor, rate: Double, decay: Double,
    by rule: (_ value: Tensor, _ slope: Tensor, _ rate: Double, _ decay: Double) -> Void
  ) {
    let (rate, decay) = (rate * rateFactor, decay * decayFactor)
    let slope = geometry.direction(gradient: gradient, at: value)
    if geometry.shapesStep {
      let proposed = Tensor.zeros(value.shape)
      rule(proposed, slope, 1, 0)
      take(proposed, rate: rate)
    } else {
      updateInPlace { rule($0, slope, rate, decays ? decay : 0) }
    }
    update(to: geometry.settled(value))
  }

  /// The step that the geometry makes of a proposed one.
  private func take(_ proposed: Tensor, rate: Double) {
    let step = geometry.step(proposed, at: value)
    update(to: value.detached() + step.scaled(by: Float(rate)))
  }
}
