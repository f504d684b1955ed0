/** A slider that always shows its value and both ends. Arrows step 1, Page keys 7; the value follows while it is moved. */
import { Label } from "react-aria-components/Label";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components/Slider";

import styles from "./RangeSlider.module.css";

interface RangeSliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  /** The value in words: "30 days". */
  text: string;
  onChange: (value: number) => void;
}

const PAGE = 7;

export function RangeSlider({ label, value, min, max, text, onChange }: RangeSliderProps) {
  const clamp = (next: number) => Math.min(max, Math.max(min, next));
  return (
    <Slider
      className={styles.slider ?? ""}
      value={value}
      minValue={min}
      maxValue={max}
      step={1}
      onChange={(next) => onChange(next)}
    >
      <div className={styles.head}>
        <Label className={styles.label ?? ""}>{label}</Label>
        <b className="num" aria-hidden="true">{text}</b>
      </div>
      <div
        onKeyDownCapture={(event) => {
          const step = event.key === "PageUp" ? PAGE : event.key === "PageDown" ? -PAGE : 0;
          if (step === 0) return;
          event.preventDefault();
          event.stopPropagation();
          onChange(clamp(value + step));
        }}
      >
        <SliderTrack className={styles.track ?? ""} style={{ "--at": `${((value - min) / (max - min)) * 100}%` } as React.CSSProperties}>
          <SliderThumb className={styles.thumb ?? ""} />
        </SliderTrack>
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>{min}</span>
        <span>{max}</span>
      </div>
    </Slider>
  );
}
