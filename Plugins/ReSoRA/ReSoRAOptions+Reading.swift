import PETL

extension ReSoRAOptions {
  /// Reads the options of a recipe.
  ///
  /// An option that the measure would ignore is a mistake, unless it says what is the case anyway: a
  /// run's resolved recipe holds every default.
  public init(from reader: OptionReader) {
    self.init()
    measure = reader.choice(
      "measure", default: .linear,
      help: "what makes two feature maps redundant; the names and the default are the paper's "
        + "(known from its abstract/summary), the formulas a reconstruction")
    space = reader.choice(
      "space", default: .features,
      help: "feature maps of the batch, or rank-one parts of the weight; both in the paper "
        + "(known from its abstract/summary), the weight formula our choice")
    group = reader.optionalInteger(
      "group", in: 1...4096,
      help: "how many rank-one maps make one subspace, linear, or cosine and euclidean with over: "
        + "batch; the adapter's own when absent; our choice")
    exponent = reader.integer(
      "exponent", default: 1, in: 1...2,
      help: "the power of a similarity, linear and cosine; 2 with linear is linear CKA; our choice")
    centered = reader.boolean(
      "centered", default: true,
      help: "whether linear takes the mean over the set off first; our choice")
    axis = reader.choice(
      "axis", default: .channels,
      help: "the side of the maps that linear's cross-covariance keeps: channels compares "
        + "coefficients, tokens compares the basis; our choice")
    set = reader.choice(
      "set", default: .tokens,
      help: "the elements of a set, linear and nonlinear; our choice")
    signed = reader.boolean(
      "signed", default: false,
      help: "whether a cosine counts with its sign, cosine; our choice")
    over = reader.choice(
      "over", default: .tokens,
      help: "compare token by token or the batch as one vector, cosine and euclidean; our choice")
    beta = reader.number(
      "beta", default: 1, in: 1e-6...1e6,
      help: "the factor of squared distances, euclidean; that there is one is the paper's "
        + "(known from its abstract/summary), its value our choice")
    sigma = reader.optionalNumber(
      "sigma", in: 1e-6...1e6,
      help: "the bandwidth of the kernel, nonlinear; the median distance when absent, our choice")
    method = reader.choice(
      "method", default: .fourier,
      help: "how the kernel of nonlinear is computed; the same to within 1e-4; our choice")
    let changed = changedKeys
    for conflict in conflicts(isGiven: changed.contains) {
      reader.report(conflict.message, at: conflict.key, hints: [conflict.hint])
    }
  }
}
