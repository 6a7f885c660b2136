extension Recipe {
  /// How much of a recipe is done to see that all of it works: what follows is as it would be, but soon over.
  public struct Trial: Sendable {
    /// The steps of each stage, which ends after them; schedules and plugins know its whole length.
    public var steps = 2
    /// The most examples of each split that are measured.
    public var measured = 32

    /// Two steps, and 32 examples.
    public init() {}
  }
}
