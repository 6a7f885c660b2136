/// The keys of the section `sweep`, in the order in which they vary: the last first.
enum SweepPart: String, CaseIterable {
  /// Every value of a key with every other.
  case grid
  /// Several keys together.
  case paired
  /// Several keys together, their values drawn at random.
  case random
  /// Data sets.
  case data
  /// Seeds.
  case seeds
}
