import { Component, type ReactNode, Suspense } from 'react'
import { useLocation } from 'wouter'
import { ApiError } from '../api'
import { Failed, Waiting } from './states'

/** Door waits for a room that is loaded when it is opened first, and says if it could not be. Each room has its own. */
export function Door({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  return <Threshold key={path.split('/')[1]}><Suspense fallback={<Waiting />}>{children}</Suspense></Threshold>
}

/** Threshold is where a room that does not come is caught: there is no network, or the server has another version by now. */
class Threshold extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    const away = error instanceof TypeError || /preload|import/i.test(String(error))
    return <Failed error={away ? new ApiError(0, 'network', '') : error} retry={() => location.reload()} />
  }
}
