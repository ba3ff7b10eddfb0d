/**
 * Texts like those of real prompts and answers: prose, code and JSON, which are this repository's own, and passages in other
 * languages. Random words would be neither as long, nor as full of escapes, nor as compressible.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname as string, "..");
const LINES_OF_CODE = 14;

/** Parts of texts by kind, and how often a part of a text is of it. */
const KINDS: readonly { readonly share: number; readonly parts: readonly string[] }[] = [
  { share: 0.5, parts: filesOf("docs", ".md").flatMap((text) => text.split(/\n\n+/)).filter(isProse) },
  { share: 0.2, parts: filesOf("src", ".ts").flatMap(codeBlocks) },
  { share: 0.1, parts: filesOf("docs", ".json").flatMap(codeBlocks) },
  { share: 0.2, parts: passages() },
];

/** A text of about so many UTF-8 bytes. */
export function promptText(bytes: number, random: () => number): string {
  let text = "";
  let size = 0;
  while (size < bytes) {
    const part = cutTo(bytes - size, partOf(random));
    size += Buffer.byteLength(part) + 2;
    text += (text === "" ? "" : "\n\n") + part;
  }
  return text;
}

function partOf(random: () => number): string {
  let dice = random();
  const kind = KINDS.find(({ share }) => (dice -= share) < 0) ?? KINDS[0];
  const parts = kind?.parts ?? [];
  return parts[Math.floor(random() * parts.length)] ?? "";
}

/** The beginning of a text, about so many bytes of it. */
function cutTo(bytes: number, text: string): string {
  return text.slice(0, Math.max(1, Math.ceil(bytes * text.length / Buffer.byteLength(text))));
}

function filesOf(folder: string, ending: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(ending)).sort().map((name) =>
    readFileSync(join(ROOT, folder, name), "utf8")
  );
}

function isProse(paragraph: string): boolean {
  return paragraph.length > 80 && !paragraph.startsWith("|");
}

function codeBlocks(text: string): string[] {
  const lines = text.split("\n");
  const count = Math.floor(lines.length / LINES_OF_CODE);
  return Array.from(
    { length: count },
    (_, block) => lines.slice(block * LINES_OF_CODE, (block + 1) * LINES_OF_CODE).join("\n"),
  );
}

function passages(): string[] {
  return [
    "Bitte fasse die folgenden Beschwerden unserer Kundinnen und Kunden zusammen, nach Häufigkeit geordnet, und schlage für jede eine Antwort vor, die höflich bleibt, ohne etwas zu versprechen. Über die Lieferzeiten möchten wir nichts Genaues sagen.",
    "Der Vertrag verlängert sich um ein Jahr, wenn er nicht spätestens drei Monate vor seinem Ablauf schriftlich gekündigt wird. Für Schäden, die durch höhere Gewalt entstehen, haftet keine der beiden Parteien.",
    "Peux-tu réécrire ce paragraphe dans un style plus simple ? Nos lecteurs ne sont pas des spécialistes : évite les termes techniques, garde les chiffres, et termine par une phrase qui donne envie de lire la suite.",
    "La réunion a été déplacée à jeudi, car plusieurs collègues étaient absents. N'oubliez pas d'apporter les résultats de l'enquête ainsi que la liste des fournisseurs que nous avions évoquée en février.",
    "¿Cuáles son los requisitos para solicitar una beca si ya tengo otra ayuda del Estado? Explícamelo paso a paso, con los plazos y los documentos que necesito, y dime qué ocurre si me falta alguno.",
    "El cliente escribe que el paquete llegó abierto y que faltaban dos artículos. Quiere saber si le devolvemos el dinero o si le enviamos lo que falta; prefiere lo segundo, siempre que llegue antes del día doce.",
    "次の会議の議事録を、決定事項、担当者、期限の三つに分けて要約してください。発言者の名前は省略し、まだ決まっていない点は最後にまとめて書いてください。",
    "お客様から、画面が真っ暗になるという問い合わせが増えています。原因として考えられるものを可能性の高い順に挙げ、それぞれの確認方法を簡潔に説明してください。",
    "请把下面的产品说明翻译成英文,语气自然,适合放在网店首页。不要逐字翻译,可以适当调整句子的顺序,但所有的数字和型号都必须保留。",
    "我们计划在明年春天推出新的服务,目前最大的困难是人手不足。请根据附件中的数据,列出三个可行的方案,并说明每个方案的成本和风险。",
    "Составь краткий отчёт по результатам опроса: сколько человек ответило, что им понравилось больше всего и какие жалобы повторяются чаще других. Не называй имён и не делай выводов, которых нет в данных.",
    "Пожалуйста, проверь этот текст на ошибки и предложи более понятные формулировки. Смысл менять нельзя, но длинные предложения лучше разделить на несколько коротких.",
    "कृपया इस ईमेल का उत्तर विनम्र भाषा में लिखें। ग्राहक को बताइए कि हमें देरी के लिए खेद है, सामान कल भेजा जाएगा, और अगर उसे कोई परेशानी हो तो वह सीधे हमसे संपर्क कर सकता है।",
    "اكتب ملخصًا قصيرًا لهذا المقال في خمس جمل، مع ذكر الأرقام المهمة ومصادرها، ثم اقترح عنوانًا مناسبًا للقراء الذين لا يعرفون الموضوع من قبل.",
    "여행 일정을 사흘로 줄여서 다시 짜 주세요. 첫날은 도착이 늦으니 무리하지 않게 하고, 아이들과 함께 갈 수 있는 곳을 하루에 한 군데는 꼭 넣어 주세요.",
  ];
}
