import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes

/// How images become what a file of weights wants, and how that is known.
///
/// Looked for in this order: the weights' own metadata, the files that Hugging Face, timm and open_clip
/// leave beside them, what the names of the tensors give away; else `inception`, as a recipe has it.
public struct WeightsPreprocessing {
  /// How pixels become numbers.
  public let normalization: Normalization
  /// Where that is from, a phrase; one that is guessed says so.
  public let reason: String
  /// Whether nothing says it.
  public let isGuess: Bool
  /// The name of the file that says it; nil for the weights' metadata and of a guess.
  let file: String?
  /// How images are resized, and the file that says it.
  package let resize: (stated: StatedResize, file: String)?
  /// What a file says and is not done here.
  package let refusals: [Diagnostic]
  /// What the user should know of the files, a sentence each.
  public let notes: [Note]

  /// Looks for what is said about images.
  ///
  /// - Parameters:
  ///   - store: the weights.
  ///   - folder: the folder whose files are about them; nil for none.
  /// - Throws: `DiagnosticError` with every value of those files that is none that can be.
  public init(for store: any WeightStore, folder: String?) throws {
    let stated = try folder.map { try StatedPreprocessing.all(in: $0) } ?? []
    refusals = stated.flatMap(\.refusals)
    resize = stated.lazy.compactMap { file in file.resize.map { ($0, file.file) } }.first
    var notes = stated.flatMap(\.notes)
    let saying = stated.filter { $0.normalization != nil }
    if let first = saying.first, let mode = first.normalization {
      for other in saying.dropFirst() where other.normalization != mode {
        notes.append(
          Note(
            "\(other.file) says normalization \(other.normalization?.rawValue ?? ""), "
              + "\(first.file) \(mode.rawValue): that is taken"))
      }
    }
    self.notes = notes
    if let mode = store.metadata["normalization"].flatMap(Normalization.init(rawValue:)) {
      (normalization, reason, file) = (mode, "the metadata of the weights says so", nil)
      isGuess = false
    } else if let first = saying.first, let mode = first.normalization {
      (normalization, file, isGuess) = (mode, first.file, false)
      reason = "\(first.file) beside the weights \(first.reason)"
    } else {
      let silent = stated.first?.file ?? "nothing beside the weights"
      (normalization, reason) = Self.guess(store, silent: silent)
      (file, isGuess) = (nil, true)
    }
  }

  /// What the names of the tensors give away.
  private static func guess(
    _ store: any WeightStore, silent: String
  ) -> (Normalization, String) {
    let names = store.entries.map(\.name)
    func has(_ endings: String...) -> Bool {
      names.contains { name in endings.contains { name == $0 || name.hasSuffix("." + $0) } }
    }
    if has("norm_pre.weight", "pre_layrnorm.weight", "ln_pre.weight") {
      return (.clip, "a guess, a norm before the first block is CLIP's")
    }
    if has("ls1.gamma", "layer_scale1.lambda1") {
      return (.imagenet, "a guess, layer scale is DINOv2's")
    }
    if has("relative_position_bias_table") {
      return (.imagenet, "a guess, Swin Transformers have it")
    }
    if has("blocks.0.attn.qkv.weight"), !has("blocks.0.attn.qkv.bias") {
      return (.none, "a guess, a qkv without bias is MIIL's")
    }
    let says = silent == "nothing beside the weights" ? "\(silent) says" : "\(silent) does not say"
    return (
      .inception,
      "a guess, \(says); those of Google and timm's AugReg have it, DeiT's and MAE's want imagenet"
    )
  }
}

extension WeightsPreprocessing {
  /// What is done to images of weights without a recipe.
  ///
  /// - Parameters:
  ///   - choice: what the user asks for; nil for petl's own way with the file's normalisation.
  ///   - given: what the user says of that.
  ///   - notes: what the user should know is added.
  /// - Returns: the way, and the side of the images where the choice says one.
  /// - Throws: `DiagnosticError` where the file says what is not done here.
  package func preprocessing(
    _ choice: PreprocessingChoice?, normalization given: Normalization?, notes: inout [Note]
  ) throws -> (preprocessing: Preprocessing, side: Int?) {
    if case .preset(let preset)? = choice {
      var found = try Preprocessing(DataRecipe.folder("", preset: preset))
      if let given { found.normalization = given }
      return (found, nil)
    }
    if !refusals.isEmpty {
      throw DiagnosticError(
        refusals.map {
          Diagnostic(
            $0.message,
            hints: [
              "to prepare images in another way, name it: --preprocessing none, or another preset"
            ])
        })
    }
    notes += self.notes
    let mode = given ?? normalization
    if given == nil {
      notes.append(
        Note("normalization \(mode.rawValue): \(reason)", kind: isGuess ? .guess : .remark))
    }
    guard case .file? = choice else { return (Preprocessing(normalization: mode), nil) }
    guard let (stated, file) = resize else {
      throw DiagnosticError(
        "--preprocessing file: nothing beside the weights says how images are resized",
        hints: ["leave it out, or name a preset"])
    }
    guard let found = stated.preprocessing(mode) else {
      throw DiagnosticError(
        "--preprocessing file: \(file) \(stated.words), which is not done here",
        hints: [
          "expected both sides or the shorter one resized, by bilinear or bicubic interpolation"
        ])
    }
    return (found, stated.side)
  }

  /// What the file says of resizing where something else is done; nil where it is the same.
  package func remark(on done: Preprocessing, size: Int, otherwise: String) -> Note? {
    guard let (stated, file) = resize, !stated.isSame(as: done, size: size) else { return nil }
    let end = stated.preprocessing(done.normalization) == nil ? "" : otherwise
    var text = "\(file) \(stated.words); here \(done.words(size: size))"
    if let side = stated.side, side != size {
      text += ", its images are of \(side) px, here of \(size)"
    }
    return Note(text + end)
  }

  /// What a file beside the weights says of images, where a recipe says otherwise.
  ///
  /// - Parameters:
  ///   - recipe: what is done.
  ///   - size: the side of the images in pixels.
  /// - Returns: a sentence each.
  /// - Throws: `DiagnosticError` when the recipe has no such normalization.
  func remarks(on recipe: DataRecipe, size: Int) throws -> [Note] {
    let done = try Preprocessing(recipe)
    var found = refusals.map { Note("\($0.message), so the images differ") } + notes
    if let file, done.normalization != normalization {
      found.append(
        Note(
          "\(file) says normalization \(normalization.rawValue), the recipe "
            + "data.normalization: \(done.normalization.rawValue)"))
    }
    let keys = ": the recipe's data.resize, data.crop and data.interpolation say so"
    found += [remark(on: done, size: size, otherwise: keys)].compactMap { $0 }
    return found
  }
}

/// How images of weights without a recipe are resized.
public enum PreprocessingChoice: Sendable, Equatable {
  /// As the file beside the weights says.
  case file
  /// As a published code base does, its normalisation included.
  case preset(DataRecipe.Preset)

  /// Reads a word of a command line.
  ///
  /// - Throws: `DiagnosticError` with the words there are.
  public init(_ word: String) throws {
    if word == "file" {
      self = .file
    } else if let preset = DataRecipe.Preset(rawValue: word) {
      self = .preset(preset)
    } else {
      let words = ["file"] + DataRecipe.Preset.allCases.map(\.rawValue)
      let nearest = nearestName(to: word, among: words).map { ["did you mean '\($0)'?"] } ?? []
      throw DiagnosticError(
        "there is no preprocessing '\(word)'",
        hints: nearest + ["expected \(words.joined(separator: ", "))"])
    }
  }
}
