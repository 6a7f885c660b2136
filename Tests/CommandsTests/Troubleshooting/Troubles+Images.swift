import TestSupport

extension Troubles {
  static let ofImages: [String: Trouble] = [
    "does not know": {
      try classes($0, ["0", "1"])
      try $0.train("data={type: folder, path: images, cache: false}", "epochs=1")
      for name in ["1", "3"] { try $0.copy(image: "rgb.png", to: "others/\(name)/1.png") }
      return try $0.says("petl evaluate run --data others")
    },
    "have no class in common": {
      try classes($0, ["cat", "dog"])
      try $0.train("data={type: folder, path: images, cache: false}", "epochs=1")
      for name in ["owl", "toad"] { try $0.copy(image: "rgb.png", to: "others/\(name)/1.png") }
      return try $0.says("petl evaluate run --data others")
    },
    "it is assumed that they count the names": {
      try $0.writeHead()
      for name in ["cat", "dog", "owl"] {
        try $0.copy(image: "rgb.png", to: "animals/\(name)/1.png")
      }
      return try $0.says("petl evaluate --weights headed.safetensors --data animals")
    },
    "no training image": {
      try classes($0, ["cat", "dog"])
      try $0.copy(image: "rgb.png", to: "images/test/owl/1.png")
      try $0.copy(image: "grey.jpg", to: "images/train/owl/1.jpg")
      // The one image of owls goes to the validation split or stays, by the fraction's seed.
      return try $0.says(
        """
        for seed in 0 1 2 3 4 5 6 7; do petl validate r.yaml --set data.seed=$seed --set \
        'data={type: folder, path: images, val_fraction: 0.5, cache: false}'; done
        """)
    },
    "the same file is in two splits or classes": {
      try classes($0, ["cat", "dog"])
      return try $0.says("ln -s ../../train/cat/1.png images/test/dog/9.png; \(validation)")
    },
    "leads back to": {
      try classes($0, ["cat", "dog"])
      return try $0.says("ln -s ../cat images/train/cat/again; \(validation)")
    },
    "this name is not UTF-8": {
      try classes($0, ["cat", "dog"])
      return try $0.says(#"touch $'images/train/cat/caf\xe9.jpg'; "# + validation)
    },
    "the images are at other places or times": {
      try classes($0, ["cat", "dog"])
      let recipe = try $0.text("r.yaml").replacing(
        "{type: safetensors, path: data.safetensors}",
        with: "{type: folder, path: images, cache: false}")
      try $0.write(recipe, to: "images.yaml")
      try $0.cutOff("images.yaml")
      // Training would go on for long.
      return try $0.says(
        """
        cp -r images copies; rm -r images; mv copies images
        petl resume cut 2> said & pid=$!
        for i in {1..1200}; do grep -q 'going on' said && break; sleep 0.05; done
        kill $pid; wait $pid; cat said
        """)
    },
    "cannot be decoded": {
      try classes($0, ["cat", "dog"])
      try $0.copy(image: "bad/truncated.jpg", to: "images/train/dog/9.jpg")
      return try $0.says("petl run r.yaml --output run \(folder)")
    },
    "CMYK": {
      try $0.says(
        "petl bench --image-size 8 --images \(fixture("images/bad"))")
    },
  ]

  private static let folder = "--set 'data={type: folder, path: images, cache: false}'"
  private static let validation = "petl validate r.yaml \(folder)"

  /// Two images of each class to train on, and one to test.
  private static func classes(_ bench: Bench, _ names: [String]) throws {
    for name in names {
      for place in ["train/\(name)/1", "train/\(name)/2", "test/\(name)/1"] {
        try bench.copy(image: "rgb.png", to: "images/\(place).png")
      }
    }
  }
}
