// An address as QR code, for the camera of a phone, and as text beside it. What makes the code is loaded when the first
// one is shown.

import './qr-code.css';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from './copy-button.tsx';

interface QrCodeProps {
  /** What is behind the address, such as `Card machine 12345678`. */
  readonly label: string;
  readonly address: string;
  /** Called when the address was copied or opened. */
  readonly onTaken: () => void;
}

export function QrCode({ label, address, onTaken }: QrCodeProps) {
  const [drawing, setDrawing] = useState<Drawing | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    drawingOf(address).then(
      (made) => {
        if (!isOver) setDrawing(made);
      },
      // The address stands beside it.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [address]);
  return (
    <div class="qr">
      <div class="qr-paper">
        {drawing && (
          <svg
            role="img"
            aria-label={`QR code: ${label}`}
            viewBox={`0 0 ${drawing.size} ${drawing.size}`}
            shape-rendering="crispEdges"
          >
            <path d={drawing.path} />
          </svg>
        )}
      </div>
      <div class="qr-text">
        <a href={address} target="_blank" rel="noopener" onClick={onTaken}>
          {address}
        </a>
        <CopyButton
          what="Address"
          label="Copy the address"
          text={() => address}
          onCopied={onTaken}
        />
      </div>
    </div>
  );
}

interface Drawing {
  /** Of a side, in modules. */
  readonly size: number;
  readonly path: string;
}

/** White on all sides, in modules (ISO/IEC 18004). */
const QUIET_ZONE = 4;

async function drawingOf(text: string): Promise<Drawing> {
  const { encodeQR } = await import('qr');
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const path = modules.flatMap((row, y) =>
    row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return { size: modules.length, path: path.join('') };
}
