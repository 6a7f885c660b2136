import PETL

/// The reason why an adapter is no change of the weights.
struct MergeRefusal: Error {
  /// The site of the adapter, where the reason depends on it.
  let site: String?
  /// One sentence without a full stop.
  let reason: String

  init(at site: AdaptationSite?, _ reason: String) {
    (self.site, self.reason) = (site?.name, reason)
  }

  /// The whole sentence.
  var message: String {
    (site.map { "the adapter at '\($0)'" } ?? "an adapter at a norm")
      + " cannot be merged: \(reason)"
  }

  /// One diagnostic for each reason, with the first site that has it.
  static func summary(_ refusals: [(reason: String, message: String)]) -> DiagnosticError {
    var found: [String: (first: String, count: Int)] = [:]
    var order: [String] = []
    for (reason, message) in refusals {
      if found[reason] == nil { order.append(reason) }
      found[reason, default: (message, 0)].count += 1
    }
    return DiagnosticError(
      order.compactMap { reason in
        found[reason].map { first, count in
          Diagnostic(first, hints: count > 1 ? ["the same at \(count - 1) more sites"] : [])
        }
      })
  }
}
