import { Toast } from '@base-ui/react/toast'
import { type ReactNode, useEffect } from 'react'
import { useText } from '../text'
import { Icon } from './icons'

/** ToastProvider shows what has just been done, in the lower corner, and lets screen readers say it. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={5000} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Toasts() {
  const { t } = useText()
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" data-kind={toast.type}>
      <Icon name={toast.type === 'bad' ? 'alert' : 'check'} />
      <Toast.Title className="toast-text" render={<p />} />
      <Toast.Close className="icon-button" aria-label={t('dialog.close')}>
        <Icon name="close" size={16} />
      </Toast.Close>
    </Toast.Root>
  ))
}

/** useSilence takes away what is still shown: it was told to somebody who has left. */
export function useSilence() {
  const { close } = Toast.useToastManager()
  useEffect(() => close(), [close])
}

/** useTell returns the function that shows a toast. */
export function useTell() {
  const manager = Toast.useToastManager()
  return (text: string, kind: 'good' | 'bad' = 'good') =>
    manager.add({ title: text, type: kind, priority: kind === 'bad' ? 'high' : 'low' })
}
