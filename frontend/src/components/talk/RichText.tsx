import { Fragment, memo, useMemo } from "react";
import type { Citation } from "../../api/types";
import { type Inline, readMarkdown } from "./markdown";
import styles from "./Thread.module.css";

interface RichTextProps {
  text: string;
  citations?: readonly Citation[];
  onCitation?: (citation: Citation) => void;
}

const none: readonly Citation[] = [];

/** An answer's words. Whatever they contain is shown as text. */
export const RichText = memo(function RichText({ text, citations = none, onCitation }: RichTextProps) {
  const blocks = useMemo(() => readMarkdown(text, new Set(citations.map((one) => one.number))), [text, citations]);
  const words = (inlines: Inline[]) =>
    inlines.map((inline, place) => {
      if ("mark" in inline) {
        const citation = citations.find((one) => one.number === inline.mark);
        return (
          // For the pointer only: the keyboard and the screen reader have the same source below the answer.
          <sup
            key={place}
            className={styles.mark}
            aria-hidden="true"
            onClick={() => citation && onCitation?.(citation)}
          >
            {inline.mark}
          </sup>
        );
      }
      if (inline.style === "strong") return <strong key={place}>{inline.text}</strong>;
      if (inline.style === "emphasis") return <em key={place}>{inline.text}</em>;
      return <Fragment key={place}>{inline.text}</Fragment>;
    });
  return blocks.map((block, place) => {
    if (block.kind === "paragraph") return <p key={place}>{words(block.words)}</p>;
    const items = block.items.map((item, number) => <li key={number}>{words(item)}</li>);
    return block.ordered ? (
      <ol key={place} start={block.start}>
        {items}
      </ol>
    ) : (
      <ul key={place}>{items}</ul>
    );
  });
});
