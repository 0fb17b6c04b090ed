import { useEffect, useRef, useState } from 'react'
import { Icon } from './icons'
import { useText } from './text'

// A picture of 640 points is enough for a QR code of version 8 that fills half of the frame, and a cheap phone reads it in time.
const side = 640
const pause = 120

interface Detector { detect: (source: HTMLCanvasElement) => Promise<{ rawValue: string }[]> }
declare const BarcodeDetector: (new (options: { formats: string[] }) => Detector) & { getSupportedFormats: () => Promise<string[]> }

/** reader reads pictures with what the phone has, and with a library where it has nothing. */
async function reader(): Promise<(canvas: HTMLCanvasElement) => Promise<string | undefined>> {
  try {
    if ('BarcodeDetector' in globalThis && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
      const detector = new BarcodeDetector({ formats: ['qr_code'] })
      return async (canvas) => (await detector.detect(canvas))[0]?.rawValue
    }
  } catch { /* some phones name a detector they do not have */ }
  const { default: decode } = await import('qr/decode.js')
  return async (canvas) => {
    const picture = canvas.getContext('2d', { willReadFrequently: true })?.getImageData(0, 0, canvas.width, canvas.height)
    try {
      return picture && decode(picture)
    } catch {
      return undefined // no code in this frame
    }
  }
}

/** Scanner shows the camera and tells of every code it reads, several times a second while one is held before it. */
export function Scanner({ found, stop }: { found: (text: string) => void; stop: () => void }) {
  const { t } = useText()
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  const told = useRef(found)
  told.current = found
  const close = useRef(stop)
  close.current = stop
  useEffect(() => {
    let over = false
    let stream: MediaStream | undefined
    const run = async () => {
      const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 1280 } } })
      stream = opened
      if (over) for (const track of opened.getTracks()) track.stop() // closed while the phone asked for leave
      const element = video.current
      if (over || !element) return over ? undefined : close.current()
      element.srcObject = stream
      await element.play()
      const read = await reader()
      const canvas = document.createElement('canvas')
      while (!over) {
        const square = Math.min(element.videoWidth, element.videoHeight)
        if (square > 0) {
          canvas.width = canvas.height = Math.min(side, square)
          canvas.getContext('2d', { willReadFrequently: true })?.drawImage(element, (element.videoWidth - square) / 2,
            (element.videoHeight - square) / 2, square, square, 0, 0, canvas.width, canvas.height)
          const text = await read(canvas)
          if (text && !over) told.current(text)
        }
        await new Promise((done) => setTimeout(done, pause))
      }
    }
    run().catch(() => { if (!over) setFailed(true) })
    return () => {
      over = true
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  if (failed) return <p className="note bad" role="alert"><Icon name="alert" />{t('desk.noCamera')}</p>
  return (
    <figure className="camera">
      <video ref={video} playsInline muted aria-label={t('desk.aim')} />
      <i className="camera-frame" aria-hidden="true" />
      <figcaption>{t('desk.aim')}</figcaption>
      <button type="button" className="button quiet" onClick={stop}>{t('desk.stop')}</button>
    </figure>
  )
}
