/** Reads a QR code through the camera, where the browser itself can. Pictures stay in the video element; only a code leaves it. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { every } from '../clock.ts';
import { readAdoptCode } from '../start/adopt-link.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button } from '../ui/index.ts';

/** The Barcode Detection API, as far as it is used. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector;

const lookMs = 250;

function findDetector(): DetectorClass | undefined {
  return (globalThis as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector;
}

/** Whether this browser reads codes and has cameras to ask for. */
export function canScan(): boolean {
  // Cameras are there in a secure context only.
  return findDetector() !== undefined && 'mediaDevices' in navigator;
}

export function CodeCamera({
  onCode,
  onStop,
}: {
  readonly onCode: (code: string) => void;
  readonly onStop: () => void;
}): ReactNode {
  const { t } = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    let isLeft = false;
    let stream: MediaStream | undefined;
    let end = (): void => undefined;
    const start = async (): Promise<void> => {
      const DetectorHere = findDetector();
      const element = video.current;
      if (DetectorHere === undefined || element === null) throw new TypeError('no reader of codes');
      const detector = new DetectorHere({ formats: ['qr_code'] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (isLeft) {
        stopAll(stream);
        return;
      }
      element.srcObject = stream;
      await element.play();
      if (isLeft) return;
      end = every(lookMs, () => void look(detector, element));
    };
    const look = async (detector: Detector, element: HTMLVideoElement): Promise<void> => {
      // A frame that cannot be read yet is followed by another.
      const seen = await detector.detect(element).catch(() => []);
      const code = seen.map(({ rawValue }) => readAdoptCode(rawValue)).find((each) => each !== undefined);
      if (isLeft || code === undefined) return;
      isLeft = true;
      onCode(code);
    };
    start().catch(() => {
      if (!isLeft) setHasFailed(true);
    });
    return () => {
      isLeft = true;
      end();
      if (stream !== undefined) stopAll(stream);
    };
    // The camera is asked for once; what it found is handed to whoever was there then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  if (hasFailed) return <Band kind="warn">{t('web.adopt.add.scan.failed')}</Band>;
  return (
    <div className="me-camera">
      <video ref={video} muted playsInline aria-label={t('web.adopt.add.scan.hold')} />
      <p className="row-under">{t('web.adopt.add.scan.hold')}</p>
      <Button size="s" onClick={onStop}>
        {t('web.adopt.add.scan.stop')}
      </Button>
    </div>
  );
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
