import ArgumentParser

extension SweepCommand {
  /// Refuses options that do not go together.
  func validate() throws {
    let most = on == nil ? 256 : 10_000
    if !(1...most).contains(jobs ?? 1) {
      throw ValidationError("--jobs is between 1 and \(most).")
    }
    if on != nil, shard != nil {
      throw ValidationError("--shard and --on: a sweep is trained in one of these ways.")
    }
    if on == nil, let option = slurm.firstGiven {
      throw ValidationError("\(option) is for the batch system: it needs --on slurm.")
    }
    if retrain, settings.rule == nil {
      throw ValidationError("--retrain trains chosen settings again: it needs --select best-val.")
    }
    if shard != nil, settings.rule != nil {
      throw ValidationError(
        "--shard and --select: a setting is chosen of all runs, by the command without --shard.")
    }
    if let halving {
      if !(2...100).contains(halving) { throw ValidationError("--halving is between 2 and 100.") }
      if settings.rule == nil {
        throw ValidationError("--halving keeps the better settings: it needs --select best-val.")
      }
    }
    if on != nil, let option = retrain ? "--retrain" : halving != nil ? "--halving" : nil {
      throw ValidationError(
        "\(option) and --on: what is trained next is known here, when runs have ended; go without --on."
      )
    }
    _ = try slurm.request(atOnce: jobs)
  }
}
