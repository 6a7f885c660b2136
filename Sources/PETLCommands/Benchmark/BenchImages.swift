import Datasets
import Networks
import PETL

/// `petl bench --images`: how fast images are decoded, resized and normalised.
enum BenchImages {
  /// What was measured.
  private struct Report: Encodable {
    let images: Int
    let size: Int
    let threads: Int
    let seconds: Double
    let imagesPerSecond: Double
  }

  /// Images that are in memory at a time.
  private static let batch = 256

  /// Reads all images below a folder once, as a run without a cache does, batch by batch.
  ///
  /// - Parameters:
  ///   - folder: of JPEG and PNG files.
  ///   - size: the side they are resized to in pixels, by Pillow's bicubic.
  ///   - json: whether one JSON object is printed.
  /// - Throws: `DiagnosticError` that names every file that cannot be decoded.
  static func run(_ folder: String, size: Int, json: Bool) throws {
    let source = ImageSource.files(try ImageFiles(below: folder))
    let clock = ContinuousClock()
    let start = clock.now
    for first in stride(from: 0, to: source.count, by: batch) {
      let part = source.selecting(Array(first..<min(source.count, first + batch)))
      let pipeline = try part.prepared(Preprocessing(normalization: .imagenet), size: size)
      let count = pipeline.images.count
      // Safe: writeBatch fills exactly the buffer of that shape.
      _ = unsafe Tensor(shape: [count, size, size, 3]) { buffer in
        unsafe pipeline.images.writeBatch(
          Array(0..<count), normalization: .imagenet, into: buffer)
      }
    }
    let seconds = (clock.now - start) / .seconds(1)
    let report = Report(
      images: source.count, size: size, threads: Workers.count, seconds: seconds,
      imagesPerSecond: Double(source.count) / seconds)
    if json { return try Terminal.printJSON(report) }
    Terminal.say(
      "\(report.images) images decoded, resized to \(size) and normalised in \(fixed(seconds, 2)) s: "
        + "\(fixed(report.imagesPerSecond, 0)) images/s on \(report.threads) threads")
  }
}
