import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct NearestPathTests {
  /// Each part that is not there is taken for the nearest that is.
  @Test func parts() throws {
    try withScratchFolder { root in
      for name in ["weights/tiny/model.safetensors", "weights/notes.txt", "images/cats/1.png"] {
        let file = URL(fileURLWithPath: "\(root)/\(name)")
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
      func nearest(_ path: String) -> String? {
        nearestPath(to: "\(root)/\(path)").map { String($0.dropFirst(root.count + 1)) }
      }
      #expect(nearest("weights/tiny/modell.safetensors") == "weights/tiny/model.safetensors")
      #expect(nearest("wieghts/tyny/model.safetensor") == "weights/tiny/model.safetensors")
      #expect(nearest("image") == "images")
      #expect(nearest("images/dogs/1.png") == nil)
      #expect(nearest("images/cats/1.png") == nil)
      // A file is no folder that something could be in.
      #expect(nearest("weights/notes.tx/x") == nil)
      #expect(nearestPath(to: "") == nil)
    }
  }

  /// What is there of another kind is said to be that, and a near name is a hint.
  @Test func messages() throws {
    try withScratchFolder { root in
      try Data().write(to: URL(fileURLWithPath: "\(root)/images"))
      func said(_ name: String, _ kind: String) -> String {
        DiagnosticError(missing: "\(root)/\(name)", kind).description.replacing(root, with: "ROOT")
      }
      #expect(said("images", "folder") == "error: 'ROOT/images' is a file, not a folder")
      #expect(
        said("imags", "file")
          == "error: there is no file 'ROOT/imags'\n  did you mean 'ROOT/images'?")
      #expect(said("other", "file or folder") == "error: there is no file or folder 'ROOT/other'")
      let opened = complaint { _ = try SafetensorsFile(path: "\(root)/imagse") }
      #expect(opened.contains("did you mean '\(root)/images'?"))
    }
  }
}
