/// How files of texts with labels are laid out.
public enum TextLayout: Sendable, Hashable {
  /// JSON lines, CSV, TSV, or folders of classes.
  case columns(TextColumns)
  /// The files that GLUE distributes.
  case glue(GLUETask)

  /// What labels are.
  public var kind: TextLabel.Kind {
    switch self {
    case .columns(let columns): columns.kind
    case .glue(let task): task.kind
    }
  }

  /// The columns of files that are none of GLUE's.
  var columns: TextColumns {
    switch self {
    case .columns(let columns): columns
    case .glue(let task):
      TextColumns(text: "text", pair: nil, label: "label", kind: task.kind)
    }
  }

  /// The task whose columns a file has; nil for another file.
  func task(of path: String) -> GLUETask? {
    guard case .glue(let task) = self, path.lowercased().hasSuffix(".tsv") else { return nil }
    return task
  }
}
