import PETL

extension ReSoRAOptions {
  /// Declares the options.
  ///
  /// An option that the measure would ignore is a mistake, unless it says what is the case anyway: a
  /// run's resolved recipe holds every default.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "measure", &measure,
      help: "what makes two feature maps redundant; the names and the default are the paper's "
        + "(known from its abstract/summary), the formulas a reconstruction")
    options.choice(
      "space", &space,
      help: "feature maps of the batch, or rank-one parts of the weight; both in the paper "
        + "(known from its abstract/summary), the weight formula our choice")
    options.optionalInteger(
      "group", &group, in: 1...4096,
      help: "how many rank-one maps make one subspace, linear, or cosine and euclidean with over: "
        + "batch; the adapter's own when absent; our choice")
    options.integer(
      "exponent", &exponent, in: 1...2,
      help: "the power of a similarity, linear and cosine; 2 with linear is linear CKA; our choice")
    options.boolean(
      "centered", &centered,
      help: "whether linear takes the mean over the set off first; our choice")
    options.choice(
      "axis", &axis,
      help: "the side of the maps that linear's cross-covariance keeps: channels compares "
        + "coefficients, tokens compares the basis; our choice")
    options.choice("set", &set, help: "the elements of a set, linear and nonlinear; our choice")
    options.boolean(
      "signed", &signed, help: "whether a cosine counts with its sign, cosine; our choice")
    options.choice(
      "over", &over,
      help: "compare token by token or the batch as one vector, cosine and euclidean; our choice")
    options.number(
      "beta", &beta, in: 1e-6...1e6,
      help: "the factor of squared distances, euclidean; that there is one is the paper's "
        + "(known from its abstract/summary), its value our choice")
    options.optionalNumber(
      "sigma", &sigma, in: 1e-6...1e6,
      help: "the bandwidth of the kernel, nonlinear; the median distance when absent, our choice")
    options.choice(
      "method", &method,
      help: "how the kernel of nonlinear is computed; the same to within 1e-4; our choice")
    options.optionalInteger(
      "sample", &sample, in: 16...1_000_000,
      help: "how many tokens of a batch nonlinear compares, drawn anew in each step; all when "
        + "absent; our choice")
    for conflict in conflicts(isGiven: options.changedKeys.contains) {
      options.report(conflict.message, at: conflict.key, hints: [conflict.hint])
    }
  }
}
