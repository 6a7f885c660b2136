/// The folders that the relative paths of a recipe are looked for in beside the working folder.
package struct PathPlaces: Sendable {
  /// The folder where a run was started, whose recipe this is: its paths are from there.
  package var started: String?
  /// Whether the run lies outside of that folder, as in a copy of a project: the working folder is then looked at first.
  package var isMoved = false
  /// The recipe's own folder.
  package var own: String?

  /// The places of a recipe; none of what is no file.
  package init(own: String? = nil, started: String? = nil) {
    (self.own, self.started) = (own, started)
  }
}
