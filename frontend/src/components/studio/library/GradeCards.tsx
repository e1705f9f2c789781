import type { Report } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./LibraryReport.module.css";
import { noteText } from "./reportNotes";

const subjects = ["overall", "text", "voice", "rights"] as const;

/** The grades of a library, each with why. */
export function GradeCards({ grades }: { grades: Report["grades"] }) {
  const { t, language } = useLanguage();
  return (
    <ul className={styles.grades}>
      {subjects.map((subject) => {
        const { letter, reasons } = grades[subject];
        return (
          <li key={subject} data-subject={subject} data-testid={`grade-${subject}`}>
            <h4>{t(`report.subject.${subject}`)}</h4>
            <p className={styles.letter} data-letter={letter}>
              {letter}
            </p>
            <ul>
              {reasons.map((note) => (
                <li key={note.code}>{noteText(note, language, t)}</li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
